using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.ParameterSets;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Core.Tests.Rollout;

/// <summary>Which set is taken after which: a signature is good for ever, so what was published once may be played back at any time.</summary>
public sealed class SetOrderTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2025, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly FloatTensor Images = TinyClassifier.ToTensor(TinyImages.Render(5, 64).Frames);
    private static readonly RolloutGuardOptions Watch = new() { Window = 32, CanaryFrames = 0, MaximumDistance = 1e9 };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Take_OldSetAfterAReversal_IsRefusedAlsoWhereItIsForgotten()
    {
        var guard = new RolloutGuardOptions { Window = 0, CanaryFrames = 0, KeptSets = 2, MaximumDistance = 1e9 };
        await using (var fixture = new RolloutFixture(_folder, guard: guard))
        {
            await TakeAsync(fixture, 1, 2, 3, 4);
            Assert.True((await fixture.Rollout.RevertAsync(0).Reasonable()).Accepted);

            // Of the four, two are on the disk and were taken back with the reversal. The second is neither.
            await fixture.DecideAsync(Tiny.Publish(Tiny.Set(2)));
            Assert.Contains("version 4 was active already", fixture.Rollout.LastRefusal, StringComparison.Ordinal);
        }

        await using var later = new RolloutFixture(_folder, guard: guard);
        await later.DecideAsync(Tiny.Publish(Tiny.Set(2)));
        Assert.Contains("version 4 was active already", later.Rollout.LastRefusal, StringComparison.Ordinal);
        await TakeAsync(later, 5);
    }

    [Fact]
    public async Task Take_NewestSetWhoseFileWasLost_IsTakenAgain()
    {
        await using (var fixture = new RolloutFixture(_folder))
        {
            await TakeAsync(fixture, 1, 2);
        }

        foreach (string file in Directory.GetFiles(_folder.File("parameters", Tiny.Group), "*.safetensors"))
        {
            File.WriteAllBytes(file, [1, 2, 3]);
        }

        await using var second = new RolloutFixture(_folder);
        Assert.Equal(0, second.Rollout.Active.Version);
        await TakeAsync(second, 2);
    }

    [Fact]
    public async Task Take_WordOfBeforeTheNewestSet_IsRefused()
    {
        await using var fixture = new RolloutFixture(_folder);
        await fixture.DecideAsync(Tiny.Publish(Made(9, Noon)));

        // Sent anew before this device knew the group: whoever kept the message may not send the device back with it.
        await fixture.DecideAsync(Tiny.Publish(Anew(3, Noon.AddDays(-1))));
        Assert.Contains("version 9 is active already", fixture.Rollout.LastRefusal, StringComparison.Ordinal);
        await fixture.DecideAsync(Tiny.Publish(Anew(3, Noon.AddDays(1))));
        Assert.Equal(3, fixture.Rollout.Active.Version);
    }

    [Fact]
    public async Task Restart_DuringTheTrialOfAVersionSentAnew_TriesItAgain()
    {
        MqttMessage anew = Tiny.Publish(Anew(7, Noon.AddHours(1)));
        await using (var first = new RolloutFixture(_folder, guard: Watch))
        {
            await first.DecideAsync(Tiny.Publish(Made(9, Noon)));
            await first.AnswerUntilAsync(Images, () => !first.Rollout.IsOnTrial);
            await first.DecideAsync(anew);
            Assert.Equal((7, true), (first.Rollout.Active.Version, first.Rollout.IsOnTrial));
        }

        await using var second = new RolloutFixture(_folder, guard: Watch);
        Assert.Equal(9, second.Rollout.Active.Version);
        await second.DecideAsync(anew);
        Assert.Equal(7, second.Rollout.Active.Version);
        await second.AnswerUntilAsync(Images, () => !second.Rollout.IsOnTrial);
        Assert.True((await second.Rollout.RevertAsync(9).Reasonable()).Accepted);

        // Now it has been decided on.
        await second.DecideAsync(anew);
        Assert.Equal(9, second.Rollout.Active.Version);
    }

    [Fact]
    public async Task Restart_AfterATimeInAnotherGroup_StillKnowsWhatWasTakenBack()
    {
        await using (var first = new RolloutFixture(_folder))
        {
            await TakeAsync(first, 1, 2);
            Assert.True((await first.Rollout.RevertAsync(1).Reasonable()).Accepted);
        }

        await using (var other = new RolloutFixture(_folder, group: "day"))
        {
            await other.DecideAsync(new ParametersPublication { Group = "day", Model = Tiny.ModelName, Set = Tiny.Set(5), Published = Noon }.ToMessage());
            Assert.Equal(5, other.Rollout.Active.Version);
        }

        await using var back = new RolloutFixture(_folder);
        Assert.Equal(1, back.Rollout.Active.Version);
        await back.DecideAsync(Tiny.Publish(Tiny.Set(2)));
        Assert.Contains("took it back", back.Rollout.LastRefusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Take_SetThatIsRefused_LeavesTheOneOnTrialUnderWatch()
    {
        await using var fixture = new RolloutFixture(_folder, guard: Watch with { Window = 64, CanaryFrames = 16 });
        for (int i = 0; i < Images.Count; i++)
        {
            fixture.Answer(Images, i);
        }

        await fixture.DecideAsync(Tiny.Publish(Tiny.Set(3)));
        for (int i = 0; i < SetTrial.Step; i++)
        {
            fixture.Answer(Images, i);
        }

        await fixture.DecideAsync(Tiny.Publish(Tiny.Set(4, TrialTests.Useless())));
        Assert.Contains("16 frames", fixture.Rollout.LastRefusal, StringComparison.Ordinal);
        Assert.Equal((3, true), (fixture.Rollout.Active.Version, fixture.Rollout.IsOnTrial));
        Assert.Empty(fixture.Rollout.KeptSets);
        await fixture.AnswerUntilAsync(Images, () => !fixture.Rollout.IsOnTrial);
        Assert.Equal([3L], fixture.Rollout.KeptSets.Select(k => k.Version));
    }

    [Fact]
    public async Task Take_NextSetAfterAJudgement_MakesTheOneOnTrialAGoodOne()
    {
        await using var fixture = new RolloutFixture(_folder, guard: Watch with { Window = 1000 });
        await fixture.DecideAsync(Tiny.Publish(Tiny.Set(3)));
        await fixture.DecideAsync(Tiny.Publish(Tiny.Set(4)));
        Assert.Empty(fixture.Rollout.KeptSets);
        await AnswerAsync(fixture, 3 * SetTrial.Step);
        await fixture.DecideAsync(Tiny.Publish(Tiny.Set(5)));
        Assert.Equal([4L], fixture.Rollout.KeptSets.Select(k => k.Version));
        Assert.Equal((5, true), (fixture.Rollout.Active.Version, fixture.Rollout.IsOnTrial));
    }

    /// <summary>Answers so many frames, each of which the watch has judged or left out before the next set is decided on: both are the rollout's one worker.</summary>
    private static async Task AnswerAsync(RolloutFixture fixture, int frames)
    {
        int answered = 0;
        await fixture.AnswerUntilAsync(Images, () => answered++ >= frames);
    }

    private static ParameterSet Made(long version, DateTimeOffset time) => With(version, m => m with { Created = time });

    private static ParameterSet Anew(long version, DateTimeOffset time) => With(version, m => m with { Reissued = time });

    private static ParameterSet With(long version, Func<ParameterSetManifest, ParameterSetManifest> change)
    {
        ParameterSet set = Tiny.Set(version);
        return set with { Manifest = change(set.Manifest) };
    }

    private static async Task TakeAsync(RolloutFixture fixture, params long[] versions)
    {
        foreach (long version in versions)
        {
            await fixture.DecideAsync(Tiny.Publish(Tiny.Set(version)));
            Assert.Equal(version, fixture.Rollout.Active.Version);
        }
    }
}
