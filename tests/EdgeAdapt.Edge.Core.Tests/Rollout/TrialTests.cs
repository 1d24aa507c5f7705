using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.ParameterSets;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Core.Tests.Rollout;

/// <summary>The watch over a set that answers, and what is remembered of it.</summary>
public sealed class TrialTests : IDisposable
{
    private static readonly FloatTensor Images = TinyClassifier.ToTensor(TinyImages.Render(5, 64).Frames);
    private static readonly RolloutGuardOptions Watch = new() { Window = 32, CanaryFrames = 0, MaximumDistance = 1e9 };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Judge_GoodSet_IsKeptAfterItsWindow()
    {
        await using var fixture = new RolloutFixture(_folder, guard: Watch);
        await fixture.DecideAsync(Tiny.Publish(Tiny.Set(3)));
        Assert.Empty(Sets());
        await fixture.AnswerUntilAsync(Images, () => Sets().Length > 0);
        Assert.Equal((3L, 0L), (fixture.Rollout.Active.Version, fixture.Counters.Reversals));
        await fixture.AnswerUntilAsync(Images, () => !Record().Contains("\"Trial\":3", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Judge_UselessSet_GoesBackToTheBitsOfTheLastGoodSet()
    {
        await using var fixture = new RolloutFixture(_folder, guard: Watch);
        await ProveAsync(fixture, 3);
        float[] good = fixture.Logits(Images);
        await fixture.DecideAsync(Tiny.Publish(Tiny.Set(4, Useless())));
        Assert.Equal(4, fixture.Rollout.Active.Version);
        await fixture.AnswerUntilAsync(Images, () => fixture.Counters.Reversals == 1 && fixture.Rollout.LastReversal is not null);
        Assert.Equal(3, fixture.Rollout.Active.Version);
        Assert.Equal(good, fixture.Logits(Images));
        Assert.Contains("version 4", fixture.Rollout.LastReversal, StringComparison.Ordinal);
        Assert.Contains(fixture.Logger.Lines, l => l.Id == EventIds.EdgeSwap + 4);
        Assert.Single(fixture.Report("revert"));

        // The next good set is taken as if nothing had been, and clears the complaint.
        await ProveAsync(fixture, 5);
        Assert.Null(fixture.Rollout.LastReversal);
    }

    [Fact]
    public async Task Take_VersionThatWasTakenBack_IsRefusedAlsoAfterARestartUntilItIsSentAnew()
    {
        await using (var first = new RolloutFixture(_folder, guard: Watch))
        {
            await TakeBackAsync(first, 4);
        }

        var time = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await using var second = new RolloutFixture(_folder, guard: Watch);
        await second.DecideAsync(Tiny.Publish(Tiny.Set(4, Useless())));
        Assert.Contains("took it back", second.Rollout.LastRefusal, StringComparison.Ordinal);
        Assert.Equal(0, second.Counters.ParameterSwaps);

        // On the operator's word it gets another trial, which it fails again; the echo of that word is then no word any more.
        MqttMessage anew = Anew(Tiny.Set(4, Useless()), time);
        await TakeBackAsync(second, anew, 4);
        await second.DecideAsync(anew);
        Assert.Contains("took it back", second.Rollout.LastRefusal, StringComparison.Ordinal);

        // A repaired set under the same version, sent anew later, stays.
        await second.DecideAsync(Anew(Tiny.Set(4), time.AddSeconds(1)));
        await second.AnswerUntilAsync(Images, () => Sets().Length > 0);
        Assert.Equal((4L, 1L, 2L), (second.Rollout.Active.Version, second.Counters.Reversals, second.Counters.ParameterSwaps));
    }

    [Fact]
    public async Task Take_OlderVersionSentAnew_IsTaken()
    {
        await using var fixture = new RolloutFixture(_folder, guard: Watch);
        await ProveAsync(fixture, 7);
        await fixture.DecideAsync(Tiny.Publish(Tiny.Set(5)));
        Assert.Contains("reissue", fixture.Rollout.LastRefusal, StringComparison.Ordinal);
        await fixture.DecideAsync(Anew(Tiny.Set(5), DateTimeOffset.UnixEpoch));
        Assert.Equal(5, fixture.Rollout.Active.Version);
    }

    [Fact]
    public async Task Take_NextSetDuringATrial_IsMeasuredByTheLastGoodOne()
    {
        await using var fixture = new RolloutFixture(_folder, guard: Watch);
        await ProveAsync(fixture, 3);
        float[] good = fixture.Logits(Images);

        // Neither was seen at work, so a failure of the second must not end at the first.
        await fixture.DecideAsync(Tiny.Publish(Tiny.Set(4, Useless())));
        await fixture.DecideAsync(Tiny.Publish(Tiny.Set(5, Useless())));
        await fixture.AnswerUntilAsync(Images, () => fixture.Counters.Reversals == 1 && fixture.Rollout.LastReversal is not null);
        Assert.Equal(good, fixture.Logits(Images));
    }

    [Fact]
    public async Task Restart_InTheMiddleOfATrial_BeginsWithTheLastGoodSet()
    {
        string copy = _folder.File("copy");
        await using (var fixture = new RolloutFixture(_folder, guard: Watch))
        {
            await ProveAsync(fixture, 3);
            await fixture.DecideAsync(Tiny.Publish(Tiny.Set(4)));
            CopyTo(copy);
        }

        // What a power cut would have left.
        using var crashed = new TemporaryFolder();
        Restore(copy, crashed);
        await using var second = new RolloutFixture(crashed, guard: Watch);
        Assert.Equal(3, second.Rollout.Active.Version);
        await second.DecideAsync(Tiny.Publish(Tiny.Set(4)));
        Assert.Equal(4, second.Rollout.Active.Version);
    }

    [Fact]
    public async Task Restart_AfterThreeEndsDuringATrial_GivesTheVersionUp()
    {
        for (int i = 1; i <= 3; i++)
        {
            string copy = _folder.File($"copy-{i}");
            await using (var fixture = new RolloutFixture(_folder, guard: Watch))
            {
                Assert.Equal(0, fixture.Counters.Reversals);
                await fixture.DecideAsync(Tiny.Publish(Tiny.Set(4)));
                Assert.Equal(4, fixture.Rollout.Active.Version);
                CopyTo(copy);
            }

            Restore(copy, _folder);
        }

        await using var last = new RolloutFixture(_folder, guard: Watch);
        Assert.Equal(1, last.Counters.Reversals);
        Assert.Contains("ended 3 times", last.Rollout.LastReversal, StringComparison.Ordinal);
        await last.DecideAsync(Tiny.Publish(Tiny.Set(4)));
        Assert.Contains("took it back", last.Rollout.LastRefusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restart_WithCanaryFrames_StillTriesSetsOnThem()
    {
        var guard = new RolloutGuardOptions { Window = 0, CanaryFrames = 16, MaximumDistance = 1e9 };
        await using (var first = new RolloutFixture(_folder, guard: guard))
        {
            for (int i = 0; i < Images.Count; i++)
            {
                first.Answer(Images, i);
            }
        }

        await using var second = new RolloutFixture(_folder, guard: guard);
        await second.DecideAsync(Tiny.Publish(Tiny.Set(4, Useless())));
        Assert.Contains("16 frames", second.Rollout.LastRefusal, StringComparison.Ordinal);
        await second.DecideAsync(Tiny.Publish(Tiny.Set(5)));
        Assert.Equal(5, second.Rollout.Active.Version);
    }

    private static MqttMessage Anew(ParameterSet set, DateTimeOffset time) => Tiny.Publish(set with { Manifest = set.Manifest with { Reissued = time } });

    /// <summary>One class for everything.</summary>
    internal static IReadOnlyList<LayerParameters> Useless() =>
        [.. Tiny.Model.Source.Select((p, i) => i < Tiny.Model.Source.Count - 1 ? p : p with { Scale = new float[p.Scale.Length], Bias = [.. p.Bias.Select(v => Math.Abs(v) + 1)] })];

    private async Task ProveAsync(RolloutFixture fixture, long version)
    {
        await fixture.DecideAsync(Tiny.Publish(Tiny.Set(version)));
        await fixture.AnswerUntilAsync(Images, () => Sets().Any(s => s.Contains($"-v{version}.", StringComparison.Ordinal)) && Record().Contains("\"Trial\":null", StringComparison.Ordinal));
    }

    private static Task TakeBackAsync(RolloutFixture fixture, long version) => TakeBackAsync(fixture, Tiny.Publish(Tiny.Set(version, Useless())), version);

    private static async Task TakeBackAsync(RolloutFixture fixture, MqttMessage message, long version)
    {
        long before = fixture.Counters.Reversals;
        await fixture.DecideAsync(message);
        Assert.Equal(version, fixture.Rollout.Active.Version);
        await fixture.AnswerUntilAsync(Images, () => fixture.Counters.Reversals > before && fixture.Rollout.Active.Version != version);
    }

    private string[] Sets() => Directory.Exists(_folder.File("parameters", Tiny.Group)) ? Directory.GetFiles(_folder.File("parameters", Tiny.Group), "*.safetensors") : [];

    private string RecordFile => _folder.File("parameters", Tiny.Group, "rollout.json");

    private string Record() => File.Exists(RecordFile) ? File.ReadAllText(RecordFile) : string.Empty;

    private void CopyTo(string copy)
    {
        Directory.CreateDirectory(copy);
        foreach (string file in Sets().Append(RecordFile))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }
    }

    private static void Restore(string copy, TemporaryFolder target)
    {
        Directory.CreateDirectory(target.File("parameters", Tiny.Group));
        foreach (string file in Directory.GetFiles(copy))
        {
            File.Copy(file, target.File("parameters", Tiny.Group, Path.GetFileName(file)), overwrite: true);
        }
    }
}
