using EdgeAdapt.Contracts;
using EdgeAdapt.Datasets;
using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Edge.Core.Rollout;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.ParameterSets;

namespace EdgeAdapt.Edge.Core.Tests.Guarding;

/// <summary>
/// The sets of <see cref="BadSetTests"/> on a network that nobody made for this: ResNet-20 with published weights, on photographs in fog. Its last normalization is within a
/// residual block and not before the classes, so the same damage looks different in its answers.
/// </summary>
public sealed class ResidualNetworkBadSetTests : IDisposable
{
    private const int FrameCount = 96;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private static readonly string[] SetsThatFit = ["random", "shuffled", "sign-flipped", "one class"];
    private readonly List<TemporaryFolder> _folders = [];

    public void Dispose() => _folders.ForEach(f => f.Dispose());

    [SharedDataFact]
    public async Task Take_BadSet_IsRefusedBeforeItAnswers() => await AssertAsync(
        [.. SetsThatFit, "not a number", "wrong model"], StatisticsMode.Mixed, new RolloutGuardOptions(),
        device => Assert.Equal((1L, 0L, 0L), (device.Counters.RefusedSets, device.Counters.Reversals, device.Counters.ParameterSwaps)));

    [SharedDataFact]
    public async Task Take_BadSetThatNoBoundStops_IsRefusedOnTheKeptFrames() => await AssertAsync(SetsThatFit, StatisticsMode.Set, new RolloutGuardOptions { MaximumDistance = 1e9 }, device =>
    {
        Assert.Equal((1L, 0L), (device.Counters.RefusedSets, device.Counters.Reversals));
        Assert.Contains("frames kept on this device", device.Rollout.LastRefusal, StringComparison.Ordinal);
    });

    [SharedDataFact]
    public async Task Take_BadSetThatAnswers_IsTakenBack() => await AssertAsync(
        SetsThatFit, StatisticsMode.Mixed, new RolloutGuardOptions { MaximumDistance = 1e9, CanaryFrames = 0 },
        device => Assert.Equal((0L, 1L, 1L), (device.Counters.RefusedSets, device.Counters.Reversals, device.Counters.ParameterSwaps)));

    private async Task AssertAsync(IEnumerable<string> kinds, StatisticsMode mode, RolloutGuardOptions guard, Action<RoadSignDevice> check)
    {
        NormalizationModel model = NormalizationModel.Of(OnnxModel.Load(SharedData.File("models/resnet20_cifar10.onnx")));
        FloatTensor frames = Fog();
        foreach (string kind in kinds)
        {
            var folder = new TemporaryFolder();
            _folders.Add(folder);
            await using var device = new RoadSignDevice(folder, mode, guard, model);
            for (int i = 0; i < frames.Count; i++)
            {
                await device.AnswerAsync(frames.Sample(i).ToArray());
            }

            TimeSpan time = await device.RejectAsync(Message(model, kind), frames, 0);
            Assert.True(time <= Limit, $"{kind}: {time}");
            check(device);
        }
    }

    private static MqttMessage Message(NormalizationModel model, string kind)
    {
        ParameterSet Set(IReadOnlyList<LayerParameters> parameters, string? sha256 = null) => model.Pack(
            new ParameterSetManifest { BaseModelSha256 = sha256 ?? model.Model.Sha256, Version = 5, Scope = RoadSignModel.Group }, parameters);
        return kind switch
        {
            "wrong model" => RoadSignModel.Publish(Set(model.Source, new string('b', 64))),
            "not a number" => RoadSignModel.Publish(Set(model.Source)) with { Payload = ParameterSetFile.ToBytes(Set(BadParameters.Of(model, kind))) },
            _ => RoadSignModel.Publish(Set(BadParameters.Of(model, kind))),
        };
    }

    private static FloatTensor Fog()
    {
        using NpyFrameReader photographs = NpyFrameReader.Open(SharedData.File("cifar10c/fog.npy"));
        return photographs.ReadTensor(0, FrameCount, Normalization.ImageNet);
    }
}
