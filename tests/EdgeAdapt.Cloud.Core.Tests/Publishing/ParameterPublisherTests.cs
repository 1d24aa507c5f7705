using EdgeAdapt.Cloud.Core.Publishing;
using EdgeAdapt.Cloud.Core.Sessions;
using EdgeAdapt.Contracts;
using EdgeAdapt.Messaging;
using EdgeAdapt.ParameterSets.Signing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAdapt.Cloud.Core.Tests.Publishing;

public sealed class ParameterPublisherTests
{
    [Fact]
    public async Task FlushAsync_SeveralVersionsMade_PublishesTheNewestRetained()
    {
        using var bench = new Workbench();
        using AdaptationEngine engine = bench.NewEngine();
        var messages = new List<MqttMessage>();
        using ParameterPublisher publisher = NewPublisher(bench, messages, PublishOutcome.Acknowledged);
        AdaptationSession session = bench.OpenSession();
        session.Accept(bench.NextSamples(Workbench.Batch * 2));
        for (int i = 0; i < 2; i++)
        {
            session.Step(engine, CancellationToken.None);
            publisher.Request(session);
        }

        await publisher.FlushAsync(CancellationToken.None);
        MqttMessage message = Assert.Single(messages);
        Assert.True(message.Retain);
        Assert.Equal(Topics.GroupParameters("default", "default", Workbench.ModelName), message.Topic);
        Assert.True(ParametersPublication.TryParse(message, out ParametersPublication? publication, out string? fault), fault);
        Assert.Equal(2, publication.Set.Manifest.Version);
        Assert.NotNull(bench.Model.Student.TryUnpack(publication.Set, out _));
        SessionSnapshot snapshot = session.Snapshot();
        Assert.Equal((2L, 1L, (long)message.Payload.Length), (snapshot.PublishedVersion, snapshot.Counts.Published, snapshot.Counts.PublishedBytes));
    }

    [Fact]
    public async Task FlushAsync_SessionWithoutVersion_PublishesNothing()
    {
        using var bench = new Workbench();
        var messages = new List<MqttMessage>();
        using ParameterPublisher publisher = NewPublisher(bench, messages, PublishOutcome.Acknowledged);
        publisher.Request(bench.OpenSession());
        await publisher.FlushAsync(CancellationToken.None);
        Assert.Empty(messages);
    }

    [Fact]
    public async Task FlushAsync_BrokerDoesNotAnswer_TriesAgain()
    {
        using var bench = new Workbench();
        using AdaptationEngine engine = bench.NewEngine();
        var messages = new List<MqttMessage>();
        using ParameterPublisher publisher = NewPublisher(bench, messages, PublishOutcome.TimedOut);
        AdaptationSession session = bench.OpenSession();
        session.Accept(bench.NextSamples(Workbench.Batch));
        session.Step(engine, CancellationToken.None);
        publisher.Request(session);
        await publisher.FlushAsync(CancellationToken.None);
        Assert.Equal(0, session.Snapshot().PublishedVersion);
        await publisher.FlushAsync(CancellationToken.None);
        Assert.Equal(2, messages.Count);
    }

    [Fact]
    public async Task ReissueAsync_StoredVersion_IsMarkedSignedAndKnownAsThatVersion()
    {
        using var bench = new Workbench();
        using AdaptationEngine engine = bench.NewEngine();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("edgeadapt-keys-");
        try
        {
            SigningKey.Create(Path.Combine(folder.FullName, "a.key"), Path.Combine(folder.FullName, "a.pub"));
            using SigningKey key = SigningKey.Load(Path.Combine(folder.FullName, "a.key"));
            TrustedKeys trusted = TrustedKeys.Load([Path.Combine(folder.FullName, "a.pub")]);
            var messages = new List<MqttMessage>();
            using ParameterPublisher publisher = NewPublisher(bench, messages, PublishOutcome.Acknowledged, key);
            AdaptationSession session = bench.OpenSession();
            session.Accept(bench.NextSamples(Workbench.Batch * 2));
            session.Step(engine, CancellationToken.None);
            session.Step(engine, CancellationToken.None);
            publisher.Request(session);
            await publisher.FlushAsync(CancellationToken.None);
            Assert.Equal(PublishOutcome.Acknowledged, await publisher.ReissueAsync(session, 1, CancellationToken.None));
            Assert.Null(await publisher.ReissueAsync(session, 9, CancellationToken.None));

            Assert.Equal(2, messages.Count);
            Assert.All(messages, m => Assert.Null(trusted.FindFault(m.Payload.Span, ParametersPublication.SignatureOf(m))));
            Assert.True(ParametersPublication.TryParse(messages[0], out ParametersPublication? first, out _));
            Assert.Equal(2, first.Set.Manifest.Version);
            Assert.Null(first.Set.Manifest.Reissued);
            Assert.True(ParametersPublication.TryParse(messages[1], out ParametersPublication? second, out _));
            Assert.Equal(1, second.Set.Manifest.Version);
            Assert.Equal(bench.Time.GetUtcNow(), second.Set.Manifest.Reissued);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ParameterPublisher NewPublisher(Workbench bench, List<MqttMessage> messages, PublishOutcome outcome, SigningKey? key = null) => new(
        "default",
        (message, _) =>
        {
            messages.Add(message);
            return Task.FromResult(outcome);
        },
        key,
        bench.Time,
        NullLogger.Instance);
}
