using System.Diagnostics;
using EdgeAdapt.Cloud.Core.Ingest;
using EdgeAdapt.Cloud.Core.Sessions;
using EdgeAdapt.Cloud.Core.Tracing;
using EdgeAdapt.Contracts;
using EdgeAdapt.Messaging;
using EdgeAdapt.ParameterSets;
using EdgeAdapt.ParameterSets.Signing;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Cloud.Core.Publishing;

/// <summary>
/// Brings the newest set of each session to the broker, retained. Only the newest: versions that were made while a publication was under way or the
/// broker was away are skipped, since a device takes the highest anyway. Thread safe.
/// </summary>
public sealed class ParameterPublisher : IDisposable
{
    private readonly string _tenant;
    private readonly PublishMessage _publish;
    private readonly SigningKey? _key;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _signal = new(0);
    private HashSet<AdaptationSession> _requested = [];

    /// <summary>Creates the publisher.</summary>
    /// <param name="tenant">Whose devices receive.</param>
    /// <param name="publish">Brings a message to the broker.</param>
    /// <param name="key">Signs what goes out; null sends it unsigned. Not owned.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Receives messages.</param>
    public ParameterPublisher(string tenant, PublishMessage publish, SigningKey? key, TimeProvider time, ILogger logger)
    {
        _tenant = tenant;
        _publish = publish;
        _key = key;
        _time = time;
        _logger = logger;
    }

    /// <summary>Asks for a session's newest set to be published. Cheap; a session without a version is left alone.</summary>
    public void Request(AdaptationSession session)
    {
        lock (_lock)
        {
            _requested.Add(session);
        }

        _signal.Release();
    }

    /// <summary>Publishes what is asked for until cancelled.</summary>
    /// <returns>A task that ends, without an exception, after the cancellation.</returns>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await _signal.WaitAsync(cancellationToken).ConfigureAwait(false);
                await FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The service stops; the newest sets are published again at the next start.
        }
    }

    /// <summary>
    /// Publishes what is asked for now. Without a connection nothing is lost: every session is asked for again when there is one.
    /// </summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        HashSet<AdaptationSession> taken;
        lock (_lock)
        {
            taken = _requested;
            _requested = [];
        }

        foreach (AdaptationSession session in taken)
        {
            await PublishAsync(session, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Publishes a stored version once more on an operator's word, marked as <see cref="ParameterSetManifest.Reissued"/>: devices that gave it up, or have a higher one,
    /// take it. It stands until the next version is made, and is gone from the broker when the service connects anew.
    /// </summary>
    /// <returns>The broker's answer, or null where the version is not stored.</returns>
    public async Task<PublishOutcome?> ReissueAsync(AdaptationSession session, long version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (session.ReadVersion(version) is not { } bytes)
        {
            return null;
        }

        ParameterSet set = ParameterSetFile.FromBytes(bytes);
        PublishOutcome outcome = await _publish(Message(session, set with { Manifest = set.Manifest with { Reissued = _time.GetUtcNow() } }, null), cancellationToken).ConfigureAwait(false);
        _logger.Reissued(session.Key, version, outcome);
        return outcome;
    }

    /// <inheritdoc/>
    public void Dispose() => _signal.Dispose();

    private MqttMessage Message(AdaptationSession session, ParameterSet set, string? trace) =>
        new ParametersPublication { Tenant = _tenant, Group = session.Key.Group, Model = session.Key.Model, Set = set, Published = _time.GetUtcNow(), TraceParent = trace }.ToMessage(_key);

    private async Task PublishAsync(AdaptationSession session, CancellationToken cancellationToken)
    {
        long version = session.Version;
        if (session.ReadVersion(version) is not { } bytes)
        {
            return;
        }

        string? trace = session.TraceOf(version);
        using Activity? span = CloudTracing.Start("publish", ActivityKind.Producer, trace)?.SetTag("edgeadapt.parameters.version", version).SetTag("messaging.system", "mqtt");
        PublishOutcome outcome = await _publish(Message(session, ParameterSetFile.FromBytes(bytes), span?.Id ?? trace), cancellationToken).ConfigureAwait(false);
        span?.SetStatus(outcome == PublishOutcome.Acknowledged ? ActivityStatusCode.Ok : ActivityStatusCode.Error, outcome.ToString());
        if (outcome == PublishOutcome.Acknowledged)
        {
            session.MarkPublished(version, bytes.Length);
            _logger.Published(session.Key, version, bytes.Length);
        }
        else
        {
            _logger.NotPublished(session.Key, version, outcome);
            if (outcome == PublishOutcome.TimedOut)
            {
                // The connection stands, so no reconnect will ask again.
                Request(session);
            }
        }
    }
}
