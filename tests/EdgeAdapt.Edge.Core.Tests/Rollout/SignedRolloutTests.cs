using EdgeAdapt.Contracts;
using EdgeAdapt.ParameterSets;
using EdgeAdapt.ParameterSets.Signing;

namespace EdgeAdapt.Edge.Core.Tests.Rollout;

public sealed class SignedRolloutTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Offer_WithATrustedKey_TakesSignedSetsAlone()
    {
        (SigningKey key, TrustedKeys trusted) = SetWriter.Keys(_folder.Path);
        using SigningKey owned = key;
        await using var fixture = new RolloutFixture(_folder, trusted: trusted);
        await RefusesAsync(fixture, Tiny.Publish(Tiny.Set(3)), "not signed");

        Directory.CreateDirectory(_folder.File("other"));
        (SigningKey other, _) = SetWriter.Keys(_folder.File("other"));
        using SigningKey ownedToo = other;
        await RefusesAsync(fixture, Sign(Tiny.Set(3), other), "not trusted here");

        // The signature of one set on another.
        MqttMessage third = Sign(Tiny.Set(3), key);
        await RefusesAsync(fixture, Sign(Tiny.Set(4), key) with { UserProperties = third.UserProperties }, "does not fit its bytes");
        ParameterSet elsewhere = Tiny.Set(3);
        await RefusesAsync(fixture, Sign(elsewhere with { Manifest = elsewhere.Manifest with { Scope = "day" } }, key), "signed for the group 'day'");

        await fixture.DecideAsync(third);
        Assert.Equal((3L, 4L), (fixture.Rollout.Active.Version, fixture.Counters.RefusedSets));
    }

    [Fact]
    public async Task Restart_WithATrustedKey_BelievesWhatItSavedItself()
    {
        (SigningKey key, TrustedKeys trusted) = SetWriter.Keys(_folder.Path);
        using SigningKey owned = key;
        await using (var first = new RolloutFixture(_folder, trusted: trusted))
        {
            await first.DecideAsync(Sign(Tiny.Set(3), key));
        }

        await using (var second = new RolloutFixture(_folder, trusted: trusted))
        {
            Assert.Equal(3, second.Rollout.Active.Version);
        }

        // Under another key what is on the disk is anybody's.
        Directory.CreateDirectory(_folder.File("other"));
        (SigningKey other, TrustedKeys others) = SetWriter.Keys(_folder.File("other"));
        using SigningKey ownedToo = other;
        await using var third = new RolloutFixture(_folder, trusted: others);
        Assert.Equal(0, third.Rollout.Active.Version);
    }

    private static MqttMessage Sign(ParameterSet set, SigningKey key) =>
        new ParametersPublication { Group = Tiny.Group, Model = Tiny.ModelName, Set = set, Published = DateTimeOffset.UnixEpoch }.ToMessage(key);

    private static async Task RefusesAsync(RolloutFixture fixture, MqttMessage message, string reason)
    {
        await fixture.DecideAsync(message);
        Assert.Contains(reason, fixture.Rollout.LastRefusal, StringComparison.Ordinal);
        Assert.Equal(0, fixture.Rollout.Active.Version);
    }
}
