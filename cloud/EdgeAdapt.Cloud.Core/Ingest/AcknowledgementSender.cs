using EdgeAdapt.Contracts;
using EdgeAdapt.Messaging;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Cloud.Core.Ingest;

/// <summary>
/// Tells devices what became of their samples. What comes together while a message is under way goes out in the next one: one id costs
/// one round trip, a burst costs a few. What cannot be sent is forgotten: the device asks again by sending the sample again. Thread safe.
/// </summary>
public sealed class AcknowledgementSender : IDisposable
{
    private readonly string _tenant;
    private readonly PublishMessage _publish;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _signal = new(0);
    private Dictionary<string, (List<string> Stored, List<string> Refused)> _waiting = new(StringComparer.Ordinal);

    /// <summary>Creates the sender.</summary>
    public AcknowledgementSender(string tenant, PublishMessage publish, TimeProvider time, ILogger logger)
    {
        _tenant = tenant;
        _publish = publish;
        _time = time;
        _logger = logger;
    }

    /// <summary>Notes ids to tell a device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="stored">Ids that are on the disk now.</param>
    /// <param name="refused">Ids that will never be accepted.</param>
    public void Add(string device, IEnumerable<string> stored, IEnumerable<string> refused)
    {
        lock (_lock)
        {
            if (!_waiting.TryGetValue(device, out var lists))
            {
                _waiting.Add(device, lists = ([], []));
            }

            lists.Stored.AddRange(stored);
            lists.Refused.AddRange(refused);
        }

        _signal.Release();
    }

    /// <summary>Sends until cancelled; what waits then is sent before the task ends, if the broker answers within its time.</summary>
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
            // The service stops.
        }
    }

    /// <summary>Sends what waits now.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, (List<string> Stored, List<string> Refused)> taken;
        lock (_lock)
        {
            taken = _waiting;
            _waiting = new(StringComparer.Ordinal);
        }

        await Task.WhenAll(taken.Select(d => SendAsync(d.Key, d.Value.Stored, d.Value.Refused, cancellationToken))).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _signal.Dispose();

    private async Task SendAsync(string device, List<string> stored, List<string> refused, CancellationToken cancellationToken)
    {
        string[][] storedParts = [.. stored.Distinct(StringComparer.Ordinal).Chunk(SampleAcknowledgement.MaximumIds)];
        string[][] refusedParts = [.. refused.Distinct(StringComparer.Ordinal).Chunk(SampleAcknowledgement.MaximumIds)];
        for (int i = 0; i < Math.Max(storedParts.Length, refusedParts.Length); i++)
        {
            var message = new SampleAcknowledgement(storedParts.ElementAtOrDefault(i) ?? [])
            {
                Refused = refusedParts.ElementAtOrDefault(i) ?? [],
            };
            PublishOutcome outcome = await _publish(message.ToMessage(_tenant, device, _time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
            _logger.Acknowledged(message.Ids.Count, device, message.Refused.Count, outcome);
        }
    }
}
