using System.Text.Json;
using EdgeAdapt.Gradients.Weights;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Training.Tests;

/// <summary>A whole step against PyTorch's autograd in float64; tests/goldens/gradients/generate_weights.py wrote the values.</summary>
public sealed class AutogradTests
{
    /// <summary>float32 against float64 through a whole network.</summary>
    private const double Tolerance = 1e-4;

    /// <summary>A bias in front of a normalization has the gradient 0; what rounding leaves there is held to 1e-6.</summary>
    private const double SmallestNorm = 1e-2;

    private static readonly NormalizationModel Model = NormalizationModel.Of(OnnxModel.Load(Checkout.Path("tests", "goldens", "gradients", "weights.onnx")));

    [Fact]
    public void Run_StridedDilatedGroupedDepthwiseAndMatrixWeights_AgreesWithAutograd()
    {
        (JsonElement golden, LabelTrainingResult result, IReadOnlyList<TrainableWeight> weights, _) = Step();
        Assert.Equal(golden.GetProperty("loss").GetDouble(), result.Loss, 1e-5);
        JsonElement gradients = golden.GetProperty("gradients");
        Assert.Equal(8, weights.Count);
        for (int i = 0; i < weights.Count; i++)
        {
            Close(weights[i].Name, gradients, result.WeightGradients[i].Values);
        }

        for (int i = 0; i < Model.Layers.Count; i++)
        {
            Close($"bn{i + 1}.weight", gradients, result.Gradients[i].Scale);
            Close($"bn{i + 1}.bias", gradients, result.Gradients[i].Bias);
        }
    }

    [Fact]
    public void Update_AfterOneStep_AgreesWithPyTorchsRunningStatistics()
    {
        (JsonElement golden, LabelTrainingResult result, _, IReadOnlyList<long> positions) = Step();
        int batch = golden.GetProperty("shape")[0].GetInt32();
        for (int i = 0; i < Model.Layers.Count; i++)
        {
            LayerParameters after = RunningStatistics.Update(Model.Source[i], result.BatchStatistics[i], positions[i] * batch, 0.1);
            Close($"bn{i + 1}.running_mean", golden.GetProperty("running"), after.Mean);
            Close($"bn{i + 1}.running_var", golden.GetProperty("running"), after.Variance);
        }
    }

    private static (JsonElement Golden, LabelTrainingResult Result, IReadOnlyList<TrainableWeight> Weights, IReadOnlyList<long> Positions) Step()
    {
        using JsonDocument file = JsonDocument.Parse(File.ReadAllText(Checkout.Path("tests", "goldens", "gradients", "weights.json")));
        JsonElement golden = file.RootElement.Clone();
        IReadOnlyList<TrainableWeight> weights = TrainableWeights.Find(Model);
        using var session = new LabelTrainingSession(Model, [.. weights.Select(w => w.Name)]);
        var images = new FloatTensor(
            [.. golden.GetProperty("images").EnumerateArray().Select(v => v.GetSingle())],
            [.. golden.GetProperty("shape").EnumerateArray().Select(v => v.GetInt64())]);
        int[] labels = [.. golden.GetProperty("labels").EnumerateArray().Select(v => v.GetInt32())];
        NetworkParameters start = NetworkParameters.Of(Model);
        return (golden, session.Run(images, labels, start.Layers, start.Weights), weights, session.LayerPositions);
    }

    private static void Close(string name, JsonElement expected, float[] actual)
    {
        double[] values = [.. expected.GetProperty(name).EnumerateArray().Select(v => v.GetDouble())];
        Assert.Equal(values.Length, actual.Length);
        double norm = Math.Sqrt(values.Sum(v => v * v));
        double error = Math.Sqrt(values.Zip(actual, (e, a) => (e - a) * (e - a)).Sum());
        Assert.True(error <= Tolerance * Math.Max(norm, SmallestNorm), $"{name}: relative error {error / norm:e2} above {Tolerance:e0}");
    }
}
