using EdgeAdapt.Adaptation;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Preparation.Tests;

/// <summary>A camera's drift on a model in 8 bits: statistics and training bring back as much as they do in float32.</summary>
public sealed class QuantizedAdaptationTests
{
    private const double Gain = 0.5;
    private const double Offset = 0.4;
    private static readonly OnnxModel Float = FoldedModel.Of(TinyClassifier.Create());
    private static readonly OnnxModel Quantized = QuantizedModelBuilder.Quantize(Float, Images(1, 512), new QuantizationForm { PerChannel = true });
    private readonly NormalizationModel _floats = NormalizationModel.Of(ModelPreparation.Apply(Float, [Images(1, 512)]).Model);
    private readonly NormalizationModel _quantized = NormalizationModel.Of(ModelPreparation.Apply(Quantized, [Images(1, 512)]).Model);
    private readonly (byte[] Frames, int[] Labels) _shifted = TinyImages.Render(77, 256, Gain, Offset);

    [Fact]
    public void With_StatisticsOfShiftedImages_RecoversInEightBitsWhatItRecoversInFloat()
    {
        double before = Accuracy(Quantized);
        double inFloat = Accuracy(_floats.With(Estimated(_floats)));
        double inBytes = Accuracy(_quantized.With(Estimated(_quantized)));

        Assert.Equal(inFloat, inBytes, 0.03);
        Assert.True(inBytes > before + 0.1, $"{before} before, {inBytes} after, {inFloat} in float");
    }

    [Fact]
    public void Adapt_QuantizedStudent_LearnsWhatTheFloatStudentLearns()
    {
        double before = Accuracy(Quantized);
        (LayerParameters[] floats, double floatLoss) = Train(_floats);
        (LayerParameters[] bytes, double loss) = Train(_quantized);

        Assert.Equal(floatLoss, loss, 0.1 * floatLoss);
        Assert.Equal(Accuracy(_floats.With(floats)), Accuracy(_quantized.With(bytes)), 0.04);
        Assert.True(Accuracy(_quantized.With(bytes)) > before + 0.1);
        Assert.NotEqual(_quantized.Source[0].Scale, bytes[0].Scale);
        Assert.Equal(2, OptimizedOperators.Count(_quantized.With(bytes))["QLinearConv"]);
    }

    private static (LayerParameters[] Parameters, double Loss) Train(NormalizationModel student)
    {
        NormalizationModel teacher = NormalizationModel.Of(TinyClassifier.Create(seed: 2, channels: 24));
        using var adapter = new CloudAdapter(student, teacher, CemaOptions.Paper with { CloudBatch = 32, ReplayCapacity = 0, ReplayOnlyStep = false }, new SessionSettings { Threads = 1 });
        FloatTensor images = TinyClassifier.ToTensor(TinyImages.Render(78, 512, Gain, Offset).Frames);
        for (int i = 0; i < images.Count; i++)
        {
            adapter.Enqueue(new TensorSample($"{i}", images.Sample(i).ToArray()));
        }

        IReadOnlyList<AdaptationStep> steps = adapter.Adapt();
        Assert.All(steps, s => Assert.Equal(AdaptationOutcome.Trained, s.Outcome));
        return ([.. adapter.StudentParameters], steps[^1].StudentLoss);
    }

    private LayerParameters[] Estimated(NormalizationModel model)
    {
        using var session = new StatisticsSession(model);
        StatisticsResult result = session.Run(TinyClassifier.ToTensor(_shifted.Frames), model.Source, null, StatisticsPolicy.Batch);
        return [.. model.Source.Zip(result.Mixed, (p, s) => p with { Mean = s.Mean, Variance = s.Variance })];
    }

    private double Accuracy(OnnxModel model)
    {
        using var session = new ModelSession(model.Proto);
        var inputs = new Dictionary<string, FloatTensor> { ["images"] = TinyClassifier.ToTensor(_shifted.Frames) };
        return TinyClassifier.Accuracy(session.Run(inputs, ["logits"])[0], _shifted.Labels);
    }

    private static FloatTensor Images(int seed, int count) => TinyClassifier.ToTensor(TinyImages.Render(seed, count).Frames);
}
