using System.Text.Json;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Gradients.Tests;

/// <summary>A golden file that tests/goldens/gradients/generate.py wrote with PyTorch in float64.</summary>
internal sealed record Golden(long[] Shape, float[]? Images, float[] Teacher, GoldenCase[] Cases)
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNameCaseInsensitive = true };

    public FloatTensor TeacherLogits => new(Teacher, Shape[0], Teacher.Length / Shape[0]);

    public static string File(string name) => Checkout.Path("tests", "goldens", "gradients", name);

    public static Golden Load(string network) =>
        JsonSerializer.Deserialize<Golden>(System.IO.File.ReadAllText(File(network + ".json")), Options)!;
}

internal sealed record GoldenCase(
    string Loss, string Statistics, GoldenOptions Options, double[] Losses, double[] Logits, Dictionary<string, GoldenLayer> Layers)
{
    public TrainingLoss Kind => Loss == "entropy" ? TrainingLoss.Entropy : TrainingLoss.Distillation;

    public TrainingStatistics Mode => Statistics == "batch" ? TrainingStatistics.Batch : TrainingStatistics.BatchRenormalization;

    public LossInputs Inputs(FloatTensor teacher) => new()
    {
        Alpha = Options.Alpha,
        Beta = Options.Beta,
        Gamma = Options.Gamma,
        Temperature = Options.Temperature,
        EntropyMargin = Options.Margin,
        SampleMask = Options.Mask,
        TeacherLogits = Kind == TrainingLoss.Distillation ? teacher : null,
    };
}

internal sealed record GoldenOptions(float Alpha, float Beta, float Gamma, float Temperature, float? Margin, float[] Mask);

internal sealed record GoldenLayer(double[] Scale, double[] Bias, double[] Mean, double[] Variance);
