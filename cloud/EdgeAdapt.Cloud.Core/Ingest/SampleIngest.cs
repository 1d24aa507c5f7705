using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using EdgeAdapt.Cloud.Core.Models;
using EdgeAdapt.Cloud.Core.Sessions;
using EdgeAdapt.Cloud.Core.Storage;
using EdgeAdapt.Cloud.Core.Tracing;
using EdgeAdapt.Contracts;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Cloud.Core.Ingest;

/// <summary>
/// Takes uploaded samples in: judged, stored, then acknowledged. Messages that come while a group of files is being forced to the disk
/// make up the next group, so the cost of that is shared under load.
/// </summary>
public sealed class SampleIngest
{
    private const int LargestGroup = 64;
    private readonly SessionCatalog _sessions;
    private readonly AcknowledgementSender _acknowledgements;
    private readonly Action _stored;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<RefusalReason, long> _refused = new();
    private readonly Channel<MqttMessage> _messages = Channel.CreateBounded<MqttMessage>(
        new BoundedChannelOptions(LargestGroup * 4) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    /// <summary>Creates the ingest.</summary>
    /// <param name="sessions">Where samples go.</param>
    /// <param name="acknowledgements">Receives what is on the disk, or refused.</param>
    /// <param name="stored">Called when new samples wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Receives what happens.</param>
    public SampleIngest(SessionCatalog sessions, AcknowledgementSender acknowledgements, Action stored, TimeProvider time, ILogger logger)
    {
        _sessions = sessions;
        _acknowledgements = acknowledgements;
        _stored = stored;
        _time = time;
        _logger = logger;
    }

    /// <summary>Refused samples of all groups by reason, since the start.</summary>
    public IReadOnlyDictionary<string, long> Refused => _refused.ToDictionary(r => r.Key.ToString(), r => r.Value, StringComparer.Ordinal);

    /// <summary>Takes a message from the broker. Waits while too many are under way, which slows the broker down.</summary>
    public ValueTask HandleAsync(MqttMessage message, CancellationToken cancellationToken) => _messages.Writer.WriteAsync(message, cancellationToken);

    /// <summary>Works until cancelled. Messages not yet stored then are not acknowledged: their devices send them again.</summary>
    /// <returns>A task that ends, without an exception, after the cancellation.</returns>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var group = new List<MqttMessage>();
        try
        {
            while (await _messages.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                group.Clear();
                while (group.Count < LargestGroup && _messages.Reader.TryRead(out MqttMessage? message))
                {
                    group.Add(message);
                }

                Process(group);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    /// <summary>Judges, stores and acknowledges messages.</summary>
    public void Process(IReadOnlyList<MqttMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        List<(AdaptationSession Session, SampleUpload Upload)> judged = [];
        foreach (MqttMessage message in messages)
        {
            Try(() =>
            {
                if (Judge(message) is { } accepted)
                {
                    judged.Add(accepted);
                }
            });
        }

        foreach (IGrouping<AdaptationSession, SampleUpload> uploads in judged.GroupBy(j => j.Session, j => j.Upload))
        {
            Try(() => Store(uploads.Key, [.. uploads]));
        }
    }

    private void Try(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e)
        {
            // The loop must live: a message that trips over a bug, or a group whose folder cannot be opened, must not end the intake of all others.
            _logger.IngestFailed(e);
        }
    }

    private (AdaptationSession Session, SampleUpload Upload)? Judge(MqttMessage message)
    {
        if (!SampleUpload.TryParse(message, out SampleUpload? upload, out string? fault))
        {
            // A message too broken to be parsed may still say whom to tell, so that its sender does not repeat it for ever.
            string? device = Topics.TryParse(message.Topic, out TopicAddress? address) ? address.Device : null;
            Refuse(RefusalReason.Malformed, fault, device, message.UserProperties.GetValueOrDefault("id"), null);
            return null;
        }

        if (!_sessions.Models.TryGetValue(upload.Model, out ServedModel? model))
        {
            Refuse(RefusalReason.UnknownModel, $"this service does not adapt '{upload.Model}'; start one that does, or correct the agent's model name", upload.Device, upload.Id, null);
            return null;
        }

        var key = new SessionKey(upload.Model, upload.Group);
        if (upload.BaseModelSha256 != model.Student.Model.Sha256)
        {
            Refuse(
                RefusalReason.ForeignBaseModel,
                $"it runs the model file {upload.BaseModelSha256[..12]} and this service adapts {model.Student.Model.Sha256[..12]}; give both the same file",
                upload.Device, upload.Id, _sessions.Find(key));
            return null;
        }

        if (model.Preprocessor.Preprocess(upload.Content) is { IsReady: false } undecodable)
        {
            Refuse(RefusalReason.Undecodable, undecodable.Fault, upload.Device, upload.Id, _sessions.Find(key));
            return null;
        }

        if (_sessions.FindOrOpen(key) is { } session)
        {
            return (session, upload);
        }

        Refuse(RefusalReason.TooManyGroups, $"the group '{upload.Group}' would be one more than allowed; correct the agent's group, or allow more", upload.Device, upload.Id, null);
        return null;
    }

    private void Refuse(RefusalReason reason, string fault, string? device, string? id, AdaptationSession? session)
    {
        _refused.AddOrUpdate(reason, 1, (_, count) => count + 1);
        session?.CountRefusal(reason);
        _logger.SampleRefused(device ?? "?", reason, fault);
        if (device is not null && ContentHash.IsId(id))
        {
            _acknowledgements.Add(device, [], [id]);
        }
    }

    private void Store(AdaptationSession session, IReadOnlyList<SampleUpload> uploads)
    {
        DateTimeOffset now = _time.GetUtcNow();
        Activity?[] spans = [.. uploads.Select(u => CloudTracing.Start("ingest", ActivityKind.Consumer, u.TraceParent)?.SetTag("edgeadapt.sample.id", u.Id).SetTag("edgeadapt.device", u.Device))];
        try
        {
            session.Accept([.. uploads.Zip(spans).Where(u => u.First.Audit is not { Selected: false }).Select(u => Content(u.First, u.Second, now))]);
        }
        catch (IOException e)
        {
            Array.ForEach(spans, s => s?.SetStatus(ActivityStatusCode.Error, e.Message));
            _logger.StoreFailed(e, uploads.Count, session.Key);
            return;
        }
        finally
        {
            Array.ForEach(spans, s => s?.Dispose());
        }

        foreach (SampleUpload drawn in uploads.Where(u => u.Audit is not null))
        {
            session.Audit(new AuditSample(drawn.Id, drawn.Audit!.Class, drawn.Content));
        }

        // Not before the samples are on the disk: the device deletes what it is told here.
        foreach (IGrouping<string, string> ids in uploads.GroupBy(u => u.Device, u => u.Id))
        {
            _acknowledgements.Add(ids.Key, ids, []);
        }

        _stored();
    }

    private static SampleContent Content(SampleUpload upload, Activity? span, DateTimeOffset received) => new()
    {
        Id = upload.Id,
        Device = upload.Device,
        ParameterVersion = upload.ParameterVersion,
        Entropy = upload.Entropy,
        ContentType = upload.ContentType,
        Captured = upload.Captured,
        Received = received,
        TraceParent = span?.Id ?? upload.TraceParent,
        Content = upload.Content,
    };
}
