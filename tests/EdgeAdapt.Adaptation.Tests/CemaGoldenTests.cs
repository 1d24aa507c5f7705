using System.Text.Json;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Adaptation.Tests;

/// <summary>Whole trajectories of the cloud's steps against PyTorch.</summary>
public sealed class CemaGoldenTests
{
    // float32 here against float64 there, over six steps.
    private const double Tolerance = 3e-5;

    // A scale near 1 that six steps moved by 3e-4 carries 1e-7 of rounding in each channel, whatever computed it.
    private const double Rounding = 1e-6;

    [Theory]
    [InlineData("cema-paper")]
    [InlineData("cema-source")]
    [InlineData("cema-fixed-teacher")]
    public void Adapt_SixSteps_AgreesWithPyTorchInEveryTensorAndLoss(string name)
    {
        JsonElement golden = Golden.Case(name);
        NormalizationModel student = Golden.Model("student");
        NormalizationModel teacher = Golden.Model("teacher");
        CemaOptions options = Options(golden.GetProperty("options"));
        using var adapter = new CloudAdapter(student, teacher, options);
        foreach (IAdaptationSample sample in Golden.Handles(Golden.Samples()))
        {
            adapter.Enqueue(sample);
        }

        IReadOnlyList<AdaptationStep> steps = adapter.Adapt();
        JsonElement[] expected = [.. golden.GetProperty("steps").EnumerateArray()];
        Assert.Equal(expected.Length, steps.Count);
        foreach ((JsonElement e, AdaptationStep step) in expected.Zip(steps))
        {
            Assert.Equal(AdaptationOutcome.Trained, step.Outcome);
            AssertLoss(e.GetProperty("entropyLoss"), step.EntropyLoss);
            AssertLoss(e.GetProperty("distillationLoss"), step.DistillationLoss);
            AssertLoss(e.GetProperty("pseudoLabelLoss"), step.PseudoLabelLoss);
            if (e.GetProperty("teacherLoss") is { ValueKind: JsonValueKind.Number } teacherLoss)
            {
                AssertLoss(teacherLoss, step.TeacherLoss!.Value);
            }
            else
            {
                Assert.Null(step.TeacherLoss);
            }
        }

        AssertTensors(golden.GetProperty("student"), student, adapter.StudentParameters);
        AssertTensors(golden.GetProperty("teacher"), teacher, adapter.TeacherParameters);
    }

    internal static CemaOptions Options(JsonElement o) => new()
    {
        Selection = new EntropyFilterOptions { EntropyHighMargin = o.GetProperty("entropyHighMargin").GetDouble(), EntropyLowMargin = null },
        Start = o.GetProperty("firstBatch").GetBoolean() ? StatisticsStart.FirstBatch : StatisticsStart.Source,
        AdaptTeacher = o.GetProperty("adaptTeacher").GetBoolean(),
        Alpha = o.GetProperty("alpha").GetSingle(),
        Beta = o.GetProperty("beta").GetSingle(),
        Gamma = o.GetProperty("gamma").GetSingle(),
        Temperature = o.GetProperty("temperature").GetSingle(),
        StudentLearningRate = o.GetProperty("studentLr").GetSingle(),
        TeacherLearningRate = o.GetProperty("teacherLr").GetSingle(),
        Momentum = o.GetProperty("momentum").GetSingle(),
        StatisticsMomentum = o.GetProperty("statisticsMomentum").GetSingle(),
        CloudBatch = 8,
        ReplayCapacity = 0,
    };

    private static void AssertLoss(JsonElement expected, float actual) =>
        Assert.True(Math.Abs(expected.GetDouble() - actual) <= Tolerance * Math.Max(0.1, Math.Abs(expected.GetDouble())), $"expected {expected}, got {actual}");

    // Norm of the difference over norm of the change that training made; a tensor that did not change must not change here.
    private static void AssertTensors(JsonElement golden, NormalizationModel model, IReadOnlyList<LayerParameters> actual)
    {
        for (int i = 0; i < model.Layers.Count; i++)
        {
            for (int j = 0; j < 4; j++)
            {
                string name = model.Layers[i].TensorNames[j];
                double[] expected = [.. golden.GetProperty(name).EnumerateArray().Select(v => v.GetDouble())];
                float[] values = actual[i][j];
                double difference = Norm(expected.Zip(values, (e, a) => e - a));
                double change = Norm(expected.Zip(model.Source[i][j], (e, s) => e - s));
                Assert.True(difference <= (Tolerance * change) + Rounding, $"{name}: {difference:E1} of a change of {change:E1}");
            }
        }
    }

    private static double Norm(IEnumerable<double> values) => Math.Sqrt(values.Sum(v => v * v));
}
