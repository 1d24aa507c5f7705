using EdgeAdapt.Messaging.Mosquitto.Requests;

namespace EdgeAdapt.Messaging.Mosquitto;

/// <summary>Requests on their way to the network loop. Safe for several threads at once.</summary>
internal sealed class RequestQueue
{
    private readonly Lock _lock = new();
    private readonly Queue<NetworkRequest> _waiting = new();
    private string? _closed;

    /// <summary>Whether nothing waits.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count == 0;
            }
        }
    }

    /// <summary>Adds a request. After <see cref="Close"/> it is dropped at once, so that none can slip in behind the loop's end and wait for ever.</summary>
    public void Add(NetworkRequest request)
    {
        string? closed;
        lock (_lock)
        {
            closed = _closed;
            if (closed is null)
            {
                _waiting.Enqueue(request);
            }
        }

        if (closed is not null)
        {
            request.Drop(closed);
        }
    }

    /// <summary>Takes the next request, or null.</summary>
    public NetworkRequest? Take()
    {
        lock (_lock)
        {
            return _waiting.TryDequeue(out NetworkRequest? next) ? next : null;
        }
    }

    /// <summary>Accepts no more, and drops what waits.</summary>
    public void Close(string reason)
    {
        NetworkRequest[] dropped;
        lock (_lock)
        {
            _closed ??= reason;
            dropped = [.. _waiting];
            _waiting.Clear();
        }

        foreach (NetworkRequest request in dropped)
        {
            request.Drop(reason);
        }
    }
}
