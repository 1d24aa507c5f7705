using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.Testing.Models;
using Xunit.Abstractions;

namespace EdgeAdapt.Edge.Core.Tests;

public sealed class TinyClassifierTests(ITestOutputHelper output)
{
    [Fact]
    public void Create_CleanAndShifted_WorksAndFails()
    {
        OnnxModel model = TinyClassifier.Create();
        Assert.Equal(2, NormalizationModel.Of(model).Layers.Count);
        double clean = Accuracy(model, 1, 0);
        double shifted = Accuracy(model, 0.35, 0.4);
        output.WriteLine($"clean {clean:P1}, shifted {shifted:P1}");
        Assert.True(clean > 0.9, $"clean {clean}");
        Assert.True(shifted < 0.6, $"shifted {shifted}");
    }

    private static double Accuracy(OnnxModel model, double gain, double offset)
    {
        (byte[] frames, int[] labels) = TinyImages.Render(77, 400, gain, offset);
        using var session = new ModelSession(model.ToBytes(), new SessionSettings { Threads = 1 });
        FloatTensor logits = session.Run(new Dictionary<string, FloatTensor> { ["images"] = TinyClassifier.ToTensor(frames) }, ["logits"])[0];
        return TinyClassifier.Accuracy(logits, labels);
    }
}
