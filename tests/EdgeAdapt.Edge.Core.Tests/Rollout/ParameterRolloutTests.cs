using EdgeAdapt.Contracts;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.ParameterSets;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Core.Tests.Rollout;

public sealed class ParameterRolloutTests : IDisposable
{
    private static readonly FloatTensor Images = TinyClassifier.ToTensor(TinyImages.Render(5, 4).Frames);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Offer_FittingSet_AnswersWithItAndReportsTheSwap()
    {
        await using var fixture = new RolloutFixture(_folder);
        await fixture.DecideAsync(Tiny.Publish(Tiny.Set(3)));
        Assert.Equal(3, fixture.Rollout.Active.Version);
        Assert.Equal(Tiny.Logits(Tiny.Parameters(3), Images), fixture.Logits(Images));
        var swap = Assert.Single(fixture.Report("swap"));
        Assert.Equal((3, "parameters"), (swap.GetProperty("version").GetInt64(), swap.GetProperty("kind").GetString()));
        Assert.InRange(swap.GetProperty("milliseconds").GetDouble(), double.Epsilon, 60_000);
    }

    [Fact]
    public async Task Restart_AfterSwap_AnswersWithTheLastGoodSet()
    {
        await using (var first = new RolloutFixture(_folder))
        {
            await first.DecideAsync(Tiny.Publish(Tiny.Set(3)));
        }

        await using var second = new RolloutFixture(_folder);
        Assert.Equal(3, second.Rollout.Active.Version);
        Assert.Equal(Tiny.Logits(Tiny.Parameters(3), Images), second.Logits(Images));
    }

    [Fact]
    public async Task Restart_InAnotherGroup_BeginsWithTheModelAsBuilt()
    {
        await using (var first = new RolloutFixture(_folder))
        {
            await first.DecideAsync(Tiny.Publish(Tiny.Set(3)));
        }

        await using var second = new RolloutFixture(_folder, group: "day");
        Assert.Equal(0, second.Rollout.Active.Version);
        await second.DecideAsync(Tiny.Publish(Tiny.Set(1)));
        Assert.Equal(1, second.Rollout.Active.Version);
    }

    [Fact]
    public async Task Restart_FileOfAnEarlierVersionOfTheAgent_IsStillUsed()
    {
        _folder.Write("last-good.safetensors", ParameterSetFile.ToBytes(Tiny.Set(3)));
        await using var fixture = new RolloutFixture(_folder);
        Assert.Equal(3, fixture.Rollout.Active.Version);
    }

    public static TheoryData<string, string> BadSets => new()
    {
        { "other model", "belongs to the model" },
        { "old version", "higher version" },
        { "missing layer", "lacks the tensor" },
        { "wrong length", "channels" },
        { "negative variance", "negative" },
        { "overflow", "not finite" },
        { "not a number", "NaN or infinity" },
        { "truncated", "cut off" },
        { "noise", "cut off" },
        { "empty", "cut off" },
    };

    [Theory]
    [MemberData(nameof(BadSets))]
    public async Task Offer_BadSet_IsRefusedWithItsReasonAndTheGoodOneStays(string kind, string reason)
    {
        await using var fixture = new RolloutFixture(_folder);
        await fixture.DecideAsync(Tiny.Publish(Tiny.Set(3)));
        await fixture.DecideAsync(Bad(kind));

        Assert.Contains(reason, fixture.Rollout.LastRefusal, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(fixture.Rollout.LastRefusal, Assert.Single(fixture.Report("refused")).GetProperty("reason").GetString());
        Assert.Equal(1, fixture.Counters.RefusedSets);
        Assert.Equal(3, fixture.Rollout.Active.Version);
        Assert.Equal(Tiny.Logits(Tiny.Parameters(3), Images), fixture.Logits(Images));

        // And a good one is taken afterwards.
        await fixture.DecideAsync(Tiny.Publish(Tiny.Set(4)));
        Assert.Equal(4, fixture.Rollout.Active.Version);
        Assert.Null(fixture.Rollout.LastRefusal);
    }

    [Fact]
    public async Task Offer_SameVersionAgain_ChangesNothing()
    {
        await using var fixture = new RolloutFixture(_folder);
        await fixture.DecideAsync(Tiny.Publish(Tiny.Set(3)));
        fixture.Rollout.Offer(Tiny.Publish(Tiny.Set(3)));
        await fixture.DecideAsync(Tiny.Publish(Tiny.Set(4)));
        Assert.Equal(2, fixture.Counters.ParameterSwaps);
        Assert.Equal(0, fixture.Counters.RefusedSets);
    }

    private static MqttMessage Bad(string kind)
    {
        MqttMessage good = Tiny.Publish(Tiny.Set(5));
        IReadOnlyList<LayerParameters> Scaled(float scale) => [.. Tiny.Model.Source.Select(p => p with { Scale = [.. p.Scale.Select(_ => scale)] })];
        ParameterSet set = Tiny.Set(5);
        NormalizationLayer layer = Tiny.Model.Layers[0];
        return kind switch
        {
            "other model" => Tiny.Publish(Tiny.Set(5, baseModel: new string('b', 64))),
            "old version" => Tiny.Publish(Tiny.Set(2)),
            "missing layer" => Tiny.Publish(With(set, layer.BiasName, null)),
            "wrong length" => Tiny.Publish(With(set, layer.BiasName, [1, 2])),
            "negative variance" => Tiny.Publish(With(set, layer.VarianceName, [.. Tiny.Model.Source[0].Variance.Select(_ => -1f)])),
            "overflow" => Tiny.Publish(Tiny.Set(5, Scaled(float.MaxValue))),

            // The library refuses to send it, so the bytes are made here.
            "not a number" => good with { Payload = ParameterSetFile.ToBytes(Tiny.Set(5, Scaled(float.NaN))) },
            "truncated" => good with { Payload = good.Payload[..^20] },
            "noise" => good with { Payload = Enumerable.Range(0, 500).Select(i => (byte)(i * 37)).ToArray() },
            "empty" => good with { Payload = default },
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    private static ParameterSet With(ParameterSet set, string name, float[]? values)
    {
        var tensors = set.Tensors.ToDictionary(t => t.Key, t => t.Value);
        tensors.Remove(name);
        if (values is not null)
        {
            tensors[name] = values;
        }

        return set with { Tensors = tensors };
    }
}
