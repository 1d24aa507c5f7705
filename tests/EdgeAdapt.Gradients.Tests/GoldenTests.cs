using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Gradients.Tests;

/// <summary>Whole steps against PyTorch's autograd in float64.</summary>
public sealed class GoldenTests
{
    /// <summary>float32 against float64 through a whole network; what the product promises for every tensor.</summary>
    private const double GradientTolerance = 1e-4;

    /// <summary>Statistics are shipped to devices, so they are held to more.</summary>
    private const double StatisticsTolerance = 1e-5;

    [Theory]
    [InlineData("residual", 0)]
    [InlineData("residual", 1)]
    [InlineData("residual", 2)]
    [InlineData("residual", 3)]
    [InlineData("padded", 0)]
    [InlineData("padded", 1)]
    [InlineData("padded", 2)]
    [InlineData("padded", 3)]
    [InlineData("tokens", 0)]
    [InlineData("tokens", 1)]
    [InlineData("tokens", 2)]
    [InlineData("tokens", 3)]
    [InlineData("quantized", 0)]
    [InlineData("quantized", 1)]
    [InlineData("quantized", 2)]
    [InlineData("quantized", 3)]
    public void Run_SmallNetworks_AgreesWithAutograd(string network, int index)
    {
        Golden golden = Golden.Load(network);
        Check(OnnxModel.Load(Golden.File(network + ".onnx")), golden, golden.Cases[index], new FloatTensor(golden.Images!, golden.Shape));
    }

    [SharedDataFact]
    public void Run_ResNet20OnPhotographs_AgreesWithAutograd()
    {
        Golden golden = Golden.Load("resnet20");
        OnnxModel model = OnnxModel.Load(SharedData.File("models/resnet20_cifar10.onnx"));
        FloatTensor images = Photographs.Load("fog", (int)golden.Shape[0]);
        foreach (GoldenCase expected in golden.Cases)
        {
            Check(model, golden, expected, images);
        }
    }

    private static void Check(OnnxModel onnx, Golden golden, GoldenCase expected, FloatTensor images)
    {
        NormalizationModel model = NormalizationModel.Of(onnx);
        using var session = new TrainingSession(model, expected.Kind, expected.Mode);
        TrainingResult result = session.Run(images, model.Source, expected.Inputs(golden.TeacherLogits));
        Close.Within("logits", result.Logits.Values, expected.Logits, GradientTolerance);
        Close.Within("losses", [result.EntropyLoss, result.DistillationLoss, result.PseudoLabelLoss], expected.Losses, GradientTolerance);
        Assert.Equal(expected.Losses.Sum(), result.Loss, 1e-4 * Math.Abs(expected.Losses.Sum()));
        Assert.Equal(expected.Layers.Count, model.Layers.Count);
        for (int i = 0; i < model.Layers.Count; i++)
        {
            string name = model.Layers[i].Name;
            GoldenLayer layer = expected.Layers[name];
            Close.Within(name + " mean", result.BatchStatistics[i].Mean, layer.Mean, StatisticsTolerance);
            Close.Within(name + " variance", result.BatchStatistics[i].Variance, layer.Variance, StatisticsTolerance);
            Close.Within(name + " scale", result.Gradients[i].Scale, layer.Scale, GradientTolerance);
            Close.Within(name + " bias", result.Gradients[i].Bias, layer.Bias, GradientTolerance);
        }
    }
}
