namespace EdgeAdapt.Cloud.Core.Models;

/// <summary>
/// Decoded pictures that were used last, up to a number of bytes: replay draws the same few thousand pictures again and
/// again, and decoding costs more than the step on small ones. Thread safe.
/// </summary>
public sealed class TensorCache
{
    private readonly long _capacity;
    private readonly Lock _lock = new();
    private readonly Dictionary<object, LinkedListNode<(object Key, float[] Values)>> _nodes = [];
    private readonly LinkedList<(object Key, float[] Values)> _order = new();

    /// <summary>Creates an empty cache.</summary>
    /// <param name="capacityBytes">The most bytes of values it holds; 0 for no caching.</param>
    public TensorCache(long capacityBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacityBytes);
        _capacity = capacityBytes;
    }

    /// <summary>Bytes of values held now.</summary>
    public long Bytes { get; private set; }

    /// <summary>The values under a key, or null. They are shared: nobody writes to them.</summary>
    public float[]? Find(object key)
    {
        lock (_lock)
        {
            if (!_nodes.TryGetValue(key, out LinkedListNode<(object Key, float[] Values)>? node))
            {
                return null;
            }

            _order.Remove(node);
            _order.AddFirst(node);
            return node.Value.Values;
        }
    }

    /// <summary>Keeps values under a key and drops those unused for longest beyond the capacity.</summary>
    public void Add(object key, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        lock (_lock)
        {
            if (_nodes.TryAdd(key, new LinkedListNode<(object Key, float[] Values)>((key, values))))
            {
                _order.AddFirst(_nodes[key]);
                Bytes += (long)values.Length * sizeof(float);
            }

            while (Bytes > _capacity && _order.Last is { } last)
            {
                _order.RemoveLast();
                _nodes.Remove(last.Value.Key);
                Bytes -= (long)last.Value.Values.Length * sizeof(float);
            }
        }
    }
}
