using System.Text.Json;
using EdgeAdapt.Datasets;
using EdgeAdapt.Edge.Core.Inference;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.Preparation;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Core.Tests.Answering;

/// <summary>The agent on prepared models in 8 bits.</summary>
public sealed class QuantizedAgentTests : IDisposable
{
    private readonly AgentFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task RunAsync_RecordedShift_RecoversOnIntegers()
    {
        const int count = 640;
        string frames = _fixture.WriteFrames(count, 0.5, 0.2);
        int[] labels = TinyImages.Render(3, count, 0.5, 0.2).Labels;
        FloatTensor clean = TinyClassifier.ToTensor(TinyImages.Render(8, 256).Frames);
        await using EdgeAgent agent = _fixture.Open(Options(frames, Prepare(TinyClassifier.Create(), clean)), new ScriptedUplink());

        await agent.RunAsync(CancellationToken.None).Reasonable();

        Assert.Equal((count, 0L), (agent.Counters.Answered, agent.Counters.Failed));
        Assert.InRange(Accuracy(labels, ..64), 0, 0.65);
        Assert.InRange(Accuracy(labels, 256..), 0.85, 1);
    }

    [SharedDataFact]
    public async Task RunAsync_ResNetInEightBitsOnNoisyPhotographs_RecoversAsInFloat()
    {
        FloatTensor clean;
        using (NpyFrameReader reader = NpyFrameReader.Open(SharedData.File("cifar10c/clean.npy")))
        {
            clean = reader.ReadTensor(0, 256, Normalization.ImageNet);
        }

        OnnxModel prepared = Prepare(OnnxModel.Load(SharedData.File("models/resnet20_cifar10.onnx")), clean);
        EdgeAgentOptions options = Options(SharedData.File("cifar10c/gaussian_noise.npy"), prepared) with { Normalization = Normalization.ImageNet, Filter = new() };
        await using EdgeAgent agent = _fixture.Open(options, new ScriptedUplink());

        await agent.RunAsync(CancellationToken.None).Reasonable();

        NormalizationModel model = NormalizationModel.Of(prepared);
        Assert.Equal(19, model.Layers.Count);
        Assert.Equal(19, OptimizedOperators.Count(model.With([.. model.Source.Select(s => s with { Mean = [.. s.Mean.Select(m => m + 0.1f)] })]))["QLinearConv"]);

        // In float32 the agent reaches 52 to 58 % on this set, the model as built 18.6 %.
        Assert.InRange(Accuracy([.. NpyFile.Read(SharedData.File("cifar10c/labels.npy")).ToLongs().Select(l => (int)l)], ..), 0.52, 0.58);
        Assert.Equal(0, agent.Counters.Failed);
    }

    [Fact]
    public void Swap_OtherParameters_AnswersWithTheIntegerModelOfTheSet()
    {
        FloatTensor images = TinyClassifier.ToTensor(TinyImages.Render(8, 256).Frames);
        NormalizationModel model = NormalizationModel.Of(Prepare(TinyClassifier.Create(), images));
        LayerParameters[] parameters = [.. model.Source.Select(s => s with { Scale = [.. s.Scale.Select((v, c) => v * (0.7f + (0.05f * c)))] })];
        using var active = new ActiveModel(model, model.Source, 0, 0, Tiny.ImageShape, Tiny.OneThread);
        float[] before = Ask(active, images);

        active.Swap(parameters, 1, 0);

        using var session = new ModelSession(model.With(parameters).ToBytes(), Tiny.OneThread);
        float[] expected = session.Run(new Dictionary<string, FloatTensor> { [model.Signature.InputName] = images }, [model.Signature.OutputName])[0].Values;
        Assert.Equal(expected, Ask(active, images));
        Assert.NotEqual(before, expected);
    }

    private static float[] Ask(ActiveModel active, FloatTensor images)
    {
        using ModelLease lease = active.Acquire();
        return lease.Run(images).Values;
    }

    private static OnnxModel Prepare(OnnxModel original, FloatTensor samples)
    {
        OnnxModel quantized = QuantizedModelBuilder.Quantize(FoldedModel.Of(original), samples, new QuantizationForm { PerChannel = true });
        return OnnxModel.Parse(ModelPreparation.Apply(quantized, [samples]).Model.ToBytes(), "prepared");
    }

    private EdgeAgentOptions Options(string frames, OnnxModel model)
    {
        EdgeAgentOptions options = _fixture.Options(frames) with { Broker = null, Model = _fixture.Folder.File("int8.onnx") };
        File.WriteAllBytes(options.Model, model.ToBytes());
        return options;
    }

    private double Accuracy(int[] labels, Range range)
    {
        IReadOnlyList<JsonElement> answers = _fixture.Report("answer");
        return answers.Take(range).Average(a => a.GetProperty("class").GetInt32() == labels[a.GetProperty("frame").GetInt32()] ? 1.0 : 0.0);
    }
}
