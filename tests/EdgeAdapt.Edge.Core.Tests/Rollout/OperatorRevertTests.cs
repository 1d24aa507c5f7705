using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Edge.Core.Serving;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Core.Tests.Rollout;

/// <summary>Going back on an operator's word, and what a restart and the broker make of it.</summary>
public sealed class OperatorRevertTests : IDisposable
{
    private static readonly FloatTensor Images = TinyClassifier.ToTensor(TinyImages.Render(5, 8).Frames);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Revert_GoodSet_AnswersWithTheBitsOfTheOneBeforeAndSaysWhy()
    {
        await using var fixture = new RolloutFixture(_folder);
        await TakeAsync(fixture, 1, 2, 3);
        ParametersDecision decision = await fixture.Rollout.RevertAsync(null).Reasonable();
        Assert.Equal(new ParametersDecision(true, 2, null), decision);
        Assert.Equal(Tiny.Logits(Tiny.Parameters(2), Images), fixture.Logits(Images));
        Assert.Equal(1, fixture.Counters.Reversals);
        Assert.Contains("operator", fixture.Rollout.LastReversal, StringComparison.Ordinal);
        var line = Assert.Single(fixture.Report("revert"));
        Assert.Equal((3, 2), (line.GetProperty("version").GetInt64(), line.GetProperty("to").GetInt64()));
        Assert.Contains("operator", line.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal([3L, 2L, 1L], fixture.Rollout.KeptSets.Select(k => k.Version));
        Assert.Equal([true, false, false], fixture.Rollout.KeptSets.Select(k => k.TakenBack is not null));
    }

    [Fact]
    public async Task Revert_ThenRestart_BeginsWithTheOperatorsChoice()
    {
        await using (var first = new RolloutFixture(_folder))
        {
            await TakeAsync(first, 1, 2, 3);
            Assert.True((await first.Rollout.RevertAsync(1).Reasonable()).Accepted);
        }

        await using (var second = new RolloutFixture(_folder))
        {
            Assert.Equal(1, second.Rollout.Active.Version);

            // The broker repeats what the operator did not want; another one is news.
            foreach (long version in new[] { 3, 2 })
            {
                await second.DecideAsync(Tiny.Publish(Tiny.Set(version)));
                Assert.Contains("operator", second.Rollout.LastRefusal, StringComparison.Ordinal);
            }

            Assert.True((await second.Rollout.RevertAsync(0).Reasonable()).Accepted);
        }

        await using var third = new RolloutFixture(_folder);
        Assert.Equal(0, third.Rollout.Active.Version);
        Assert.Equal(Tiny.Logits(Tiny.Model.Source, Images), third.Logits(Images));
        await third.DecideAsync(Tiny.Publish(Tiny.Set(4)));
        Assert.Equal(4, third.Rollout.Active.Version);
    }

    [Fact]
    public async Task Revert_ForthAgain_TakesTheLaterSetBackIn()
    {
        await using (var first = new RolloutFixture(_folder))
        {
            await TakeAsync(first, 1, 2, 3);
            await first.Rollout.RevertAsync(1).Reasonable();
            Assert.Equal(new ParametersDecision(true, 3, null), await first.Rollout.RevertAsync(3).Reasonable());
            Assert.Equal(Tiny.Logits(Tiny.Parameters(3), Images), first.Logits(Images));

            // Version 2 was left with version 1; the last good one is therefore version 1.
            Assert.Equal(1, (await first.Rollout.RevertAsync(null).Reasonable()).ActiveVersion);
            await first.Rollout.RevertAsync(3).Reasonable();
        }

        await using var second = new RolloutFixture(_folder);
        Assert.Equal(3, second.Rollout.Active.Version);
    }

    [Fact]
    public async Task Revert_SetOnTrial_EndsTheTrial()
    {
        await using var fixture = new RolloutFixture(_folder, guard: new RolloutGuardOptions { Window = 64, CanaryFrames = 0, MaximumDistance = 1e9, MaximumShift = 1e9 });
        float[] source = fixture.Logits(Images);
        await TakeAsync(fixture, 1);
        Assert.True(fixture.Rollout.IsOnTrial);
        Assert.Equal(new ParametersDecision(true, 0, null), await fixture.Rollout.RevertAsync(null).Reasonable());
        Assert.False(fixture.Rollout.IsOnTrial);
        Assert.Equal(source, fixture.Logits(Images));
        await fixture.DecideAsync(Tiny.Publish(Tiny.Set(1)));
        Assert.Contains("operator", fixture.Rollout.LastRefusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revert_NothingToGoBackTo_ChangesNothingAndSaysWhy()
    {
        await using var fixture = new RolloutFixture(_folder);
        Assert.Contains("nothing before it", (await fixture.Rollout.RevertAsync(null).Reasonable()).Refusal, StringComparison.Ordinal);
        await TakeAsync(fixture, 1);
        Assert.Contains("answers already", (await fixture.Rollout.RevertAsync(1).Reasonable()).Refusal, StringComparison.Ordinal);
        Assert.Contains("not kept", (await fixture.Rollout.RevertAsync(9).Reasonable()).Refusal, StringComparison.Ordinal);
        Assert.Equal((1L, 0L), (fixture.Rollout.Active.Version, fixture.Counters.Reversals));
    }

    [Fact]
    public async Task Revert_DamagedFile_IsRefused()
    {
        await using var fixture = new RolloutFixture(_folder);
        await TakeAsync(fixture, 1, 2);
        string file = Directory.GetFiles(_folder.File("parameters", Tiny.Group), "*-v1.safetensors").Single();
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..100]);
        ParametersDecision decision = await fixture.Rollout.RevertAsync(1).Reasonable();
        Assert.Equal((false, 2L), (decision.Accepted, decision.ActiveVersion));
        Assert.NotEmpty(decision.Refusal!);
        Assert.Equal(0, fixture.Counters.Reversals);
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
