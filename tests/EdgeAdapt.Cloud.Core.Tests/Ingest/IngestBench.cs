using EdgeAdapt.Storage;
using System.Collections.Concurrent;
using EdgeAdapt.Cloud.Core.Ingest;
using EdgeAdapt.Cloud.Core.Sessions;
using EdgeAdapt.Cloud.Core.Storage;
using EdgeAdapt.Contracts;
using EdgeAdapt.Messaging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAdapt.Cloud.Core.Tests.Ingest;

/// <summary>An ingest whose acknowledgements are collected in place of a broker.</summary>
internal sealed class IngestBench : IDisposable
{
    private readonly StateFolder _state;

    public IngestBench(AdaptationSessionOptions? keep = null)
    {
        Bench = new Workbench(keep: keep);
        _state = StateFolder.Open(Bench.Folder);
        Sessions = SessionCatalog.Open(_state, "default", [Bench.Model], Bench.Keep, Bench.Time, NullLogger.Instance);
        Sender = new AcknowledgementSender("default", PublishAsync, Bench.Time, NullLogger.Instance);
        Ingest = new SampleIngest(Sessions, Sender, () => Woken++, Bench.Time, Log);
    }

    public Workbench Bench { get; }

    public SessionCatalog Sessions { get; }

    public AcknowledgementSender Sender { get; }

    public SampleIngest Ingest { get; }

    public CapturedLog Log { get; } = new();

    public int Woken { get; private set; }

    public ConcurrentQueue<(string Device, SampleAcknowledgement Message)> Acknowledged { get; } = new();

    /// <summary>Called before an acknowledgement is taken, as the broker would receive it.</summary>
    public Action<SampleAcknowledgement> OnPublish { get; set; } = _ => { };

    public string SamplesFolder(string group) =>
        Path.Combine(_state.ModelFolder("default", Workbench.ModelName, Bench.Model.Student.Model.Sha256), group, "samples");

    public async Task ProcessAsync(params MqttMessage[] messages)
    {
        Ingest.Process(messages);
        await Sender.FlushAsync(CancellationToken.None);
    }

    public void Dispose()
    {
        Sender.Dispose();
        _state.Dispose();
        Bench.Dispose();
    }

    private Task<PublishOutcome> PublishAsync(MqttMessage message, CancellationToken cancellationToken)
    {
        Assert.True(SampleAcknowledgement.TryParse(message, out SampleAcknowledgement? acknowledgement, out string? fault), fault);
        OnPublish(acknowledgement);
        Assert.True(Topics.TryParse(message.Topic, out TopicAddress? address));
        Acknowledged.Enqueue((address.Device!, acknowledgement));
        return Task.FromResult(PublishOutcome.Acknowledged);
    }
}
