using EdgeAdapt.Contracts;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Messaging;

/// <summary>The filters of a session and who takes their messages. Safe for several threads at once.</summary>
internal sealed class Subscriptions(ILogger logger)
{
    private readonly Lock _lock = new();
    private Subscription[] _all = [];

    /// <summary>All filters, each once, in the order they were added, with the highest quality that one of its handlers asks for.</summary>
    public IReadOnlyList<(string Filter, QualityOfService Quality)> Filters => [.. _all.GroupBy(s => s.Filter, StringComparer.Ordinal).Select(g => (g.Key, g.Min(s => s.Quality)))];

    /// <summary>Adds a filter with its handler.</summary>
    public void Add(string filter, Func<MqttMessage, CancellationToken, ValueTask> handler, QualityOfService quality)
    {
        lock (_lock)
        {
            _all = [.. _all, new Subscription(filter, handler, quality)];
        }
    }

    /// <summary>Gives a message to every handler whose filter covers its topic, one after the other. Faults of a handler are logged and end there.</summary>
    public async ValueTask DispatchAsync(MqttMessage message, CancellationToken stopping)
    {
        bool taken = false;
        foreach (Subscription subscription in Volatile.Read(ref _all))
        {
            if (!TopicFilter.Matches(subscription.Filter, message.Topic))
            {
                continue;
            }

            taken = true;
            try
            {
                await subscription.Handler(message, stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // One message that a handler cannot digest must not end the stream of all the others.
                SessionLog.HandlerFailed(logger, e, message.Topic, subscription.Filter);
            }
        }

        if (!taken)
        {
            // A broker that kept the session of an earlier program version delivers by that one's subscriptions.
            SessionLog.NobodyTakes(logger, message.Topic);
        }
    }

    private sealed record Subscription(string Filter, Func<MqttMessage, CancellationToken, ValueTask> Handler, QualityOfService Quality);
}
