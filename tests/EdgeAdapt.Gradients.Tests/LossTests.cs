using EdgeAdapt.Gradients.Losses;
using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Sessions;
using Onnx;

namespace EdgeAdapt.Gradients.Tests;

/// <summary>The loss alone: the golden vector of CEMA's formulas, differences, and logits at the edge of float32.</summary>
public sealed class LossTests
{
    private static readonly float[] Student = [2, .5f, -1, 0, .2f, .1f, 0, -.1f];
    private static readonly float[] Teacher = [3, 0, -1, .5f, .5f, 1.5f, 0, -.5f];

    /// <summary>The vector was published with six digits.</summary>
    private const double Published = 2e-6;

    [Fact]
    public void Distillation_GoldenVector_IsExact()
    {
        (float[] losses, float[] gradient) = Distill(Student, Teacher, new LossInputs { EntropyMargin = 0.554518f });

        Close.Within("losses", losses, [1.859742, 0.341110, 0.563888], Published);
        Close.Within("gradient", gradient, [-0.813616, 0.428687, 0.143391, 0.241538, 0.121794, -0.492285, 0.169699, 0.200792], Published);
    }

    [Fact]
    public void Entropy_GoldenVector_IsExact()
    {
        // The entropy part of the same vector, whose weight α is 3 there; its gradient is the formula's first term.
        (float[] losses, float[] gradient) = Minimize(Student, new LossInputs { EntropyMargin = 0.554518f });

        Close.Within("losses", losses, [1.859742 / 3, 0, 0], Published);
        Assert.Equal(0, gradient.Take(4).Sum(), 1e-6);
        double p = 1 / (1 + Math.Exp(-1.5) + Math.Exp(-3) + Math.Exp(-2));
        Assert.Equal(0.723421 * -p * (Math.Log(p) + 0.878281) / 2, gradient[0], 1e-6);
    }

    [Theory]
    [InlineData(1f, 0.5f)]
    [InlineData(2.5f, null)]
    [InlineData(0.5f, null)]
    public void Distillation_AnyTemperature_GradientMatchesDifferences(float temperature, float? margin)
    {
        // Weights are constants of the gradient, so differences are taken of the parts with the weights of the start point: margin only
        // without the entropy part, whose weight moves with the student.
        var inputs = new LossInputs { Temperature = temperature, EntropyMargin = margin, Alpha = margin is null ? 0.7f : 0, Beta = 1.5f, Gamma = 0.5f, SampleMask = [1, 0] };
        (_, float[] gradient) = Distill(Student, Teacher, inputs);
        double[] expected = new double[Student.Length];
        for (int i = 0; i < expected.Length; i++)
        {
            const float Step = 1f / 64;
            float[] moved = [.. Student];
            moved[i] += Step;
            double above = Distill(moved, Teacher, inputs).Losses.Sum(v => (double)v);
            moved[i] -= 2 * Step;
            expected[i] = (above - Distill(moved, Teacher, inputs).Losses.Sum(v => (double)v)) / (2 * Step);
        }

        Close.Within("gradient", gradient, expected, 5e-4);
        Assert.All(gradient.Skip(4), g => Assert.Equal(0, g));
    }

    [Theory]
    [InlineData(float.NegativeInfinity)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.MaxValue)]
    [InlineData(float.MinValue)]
    [InlineData(1e20f)]
    public void Losses_ExtremeLogits_AreFinite(float extreme)
    {
        foreach ((float[] student, float[] teacher) in new[]
        {
            (With(Student, extreme), Teacher), (Student, With(Teacher, extreme)), (With(Student, extreme), With(Teacher, extreme)),
            (Enumerable.Repeat(extreme, 8).ToArray(), Teacher),
        })
        {
            var inputs = new LossInputs { EntropyMargin = 0.5f, SampleMask = [0, 1] };
            (float[] losses, float[] gradient) = Distill(student, teacher, inputs);
            Assert.All(losses.Concat(gradient), v => Assert.True(float.IsFinite(v), $"{v} for {extreme}"));
            (losses, gradient) = Minimize(student, inputs);
            Assert.All(losses.Concat(gradient), v => Assert.True(float.IsFinite(v), $"{v} for {extreme}"));
        }
    }

    private static float[] With(float[] logits, float extreme) => [logits[0], extreme, .. logits[2..5], extreme, .. logits[6..]];

    private static (float[] Losses, float[] Gradient) Minimize(float[] student, LossInputs loss) =>
        Run(student, null, loss, l => l.EmitEntropy("z"));

    private static (float[] Losses, float[] Gradient) Distill(float[] student, float[] teacher, LossInputs loss) =>
        Run(student, teacher, loss, l => l.EmitDistillation("z", 4));

    private static (float[] Losses, float[] Gradient) Run(float[] student, float[]? teacher, LossInputs loss, Func<LossGraph, string> emit)
    {
        var graph = new GraphProto { Name = "loss" };
        var writer = new GraphWriter(graph);
        writer.Input("z", [-1, 4]);
        writer.Output(emit(new LossGraph(writer)), "dz");
        var model = new ModelProto { IrVersion = 8, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = 16 } } };
        using var session = new ModelSession(model, new SessionSettings { Threads = 1 });
        var inputs = new Dictionary<string, FloatTensor>
        {
            ["z"] = new(student, 2, 4),
            [GradientGraphNames.SampleMask] = new(loss.SampleMask ?? [1, 1], 2),
            [GradientGraphNames.WeighByEntropy] = FloatTensor.Scalar(loss.EntropyMargin is null ? 0 : 1),
            [GradientGraphNames.EntropyMargin] = FloatTensor.Scalar(loss.EntropyMargin ?? 0),
        };
        if (teacher is not null)
        {
            inputs[GradientGraphNames.TeacherLogits] = new FloatTensor(teacher, 2, 4);
            inputs[GradientGraphNames.Alpha] = FloatTensor.Scalar(loss.Alpha);
            inputs[GradientGraphNames.Beta] = FloatTensor.Scalar(loss.Beta);
            inputs[GradientGraphNames.Gamma] = FloatTensor.Scalar(loss.Gamma);
            inputs[GradientGraphNames.Temperature] = FloatTensor.Scalar(loss.Temperature);
        }

        FloatTensor[] results = session.Run(inputs, [GradientGraphNames.Losses, "dz"]);
        return (results[0].Values, results[1].Values);
    }
}
