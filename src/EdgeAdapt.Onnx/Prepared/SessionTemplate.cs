using System.Runtime.InteropServices;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Onnx.Prepared;

/// <summary>
/// What sessions of one optimized model start from in a few milliseconds: its graph in memory, its weights in a file. Each session reads them into memory of its own, so
/// that between two starts nothing is held but the graph and what the kernel keeps of the file of its own accord; on <see cref="Reuses">request</see> also one session that
/// has served, to be filled anew. Thread safe. Dispose it when no <see cref="Open"/> is under way; sessions live on.
/// </summary>
internal sealed class SessionTemplate : IDisposable
{
    private readonly OptimizedFile _file;
    private readonly byte[] _graph;
    private readonly IReadOnlyList<TensorPlace> _places;
    private readonly SessionSettings _settings;
    private readonly int _blockLength;
    private WeightedSession? _spare;
    private volatile bool _reuses;

    /// <summary>Takes over an optimized model.</summary>
    /// <param name="file">It, in ONNX Runtime's format; disposed with this object.</param>
    /// <param name="bytes">What is in it.</param>
    /// <param name="places">The tensors that each session gets memory of its own for.</param>
    /// <param name="settings">How sessions run.</param>
    public SessionTemplate(OptimizedFile file, ReadOnlySpan<byte> bytes, IReadOnlyList<TensorPlace> places, SessionSettings settings)
    {
        _file = file;
        _places = places;
        _settings = settings;
        _blockLength = places.Select(p => p.Target + p.BlockBytes).DefaultIfEmpty(WeightBlock.CacheLine).Max();
        _graph = WithoutWeights(bytes, places);
    }

    /// <summary>Bytes of weights that each session has for itself.</summary>
    public int SessionBytes => _blockLength;

    /// <summary>
    /// Whether a session that is disposed waits for the next one's weights, at most one of them. Only for a model whose kernels read the weights where they lie: one that
    /// makes a copy in a form of its own when the session starts would go on with the old ones.
    /// </summary>
    public bool Reuses
    {
        get => _reuses;
        set
        {
            _reuses = value;
            if (!value)
            {
                Interlocked.Exchange(ref _spare, null)?.Dispose();
            }
        }
    }

    /// <summary>Starts a session, or fills one that has served.</summary>
    /// <param name="slots">The number of each slot.</param>
    /// <exception cref="OnnxModelException">ONNX Runtime refuses the model, or its file cannot be read.</exception>
    public ModelSession Open(ReadOnlySpan<float> slots)
    {
        WeightedSession session = Interlocked.Exchange(ref _spare, null) is { } spare ? Refill(spare, slots) : Start(slots);
        return ModelSession.Borrow(session.Session, () => Return(session));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Reuses = false;
        _file.Dispose();
    }

    private WeightedSession Start(ReadOnlySpan<float> slots)
    {
        var block = new WeightBlock(_blockLength);
        Fill(block, block, _places, slots);
        return new WeightedSession(_graph, _places, block, _settings);
    }

    private WeightedSession Refill(WeightedSession spare, ReadOnlySpan<float> slots)
    {
        Fill(spare.Weights, spare, _places.Where(p => p.Runs.Count > 0), slots);
        return spare;
    }

    private void Fill(WeightBlock block, IDisposable owner, IEnumerable<TensorPlace> places, ReadOnlySpan<float> slots)
    {
        try
        {
            foreach (TensorPlace place in places)
            {
                Span<float> values = block.Values(place.Target, place.Length);
                if (place.Source is { } at)
                {
                    _file.Read(at, MemoryMarshal.AsBytes(values));
                }

                place.Write(slots, values);
            }
        }
        catch (IOException e)
        {
            owner.Dispose();
            throw new OnnxModelException($"The weights of the prepared model cannot be read: {e.Message} Check the disk of the state folder.", e);
        }
    }

    private void Return(WeightedSession session)
    {
        if (!_reuses || Interlocked.CompareExchange(ref _spare, session, null) is not null)
        {
            session.Dispose();
        }
        else if (!_reuses)
        {
            // Reuse ended in between, perhaps before this one was there to be found.
            Interlocked.Exchange(ref _spare, null)?.Dispose();
        }
    }

    /// <summary>
    /// A copy that does not move, since sessions read from it as long as they live. Weights that sessions have elsewhere are left out of it: pages of a new array that
    /// nobody writes to take address space and no memory.
    /// </summary>
    private static byte[] WithoutWeights(ReadOnlySpan<byte> bytes, IReadOnlyList<TensorPlace> places)
    {
        byte[] graph = GC.AllocateArray<byte>(bytes.Length, pinned: true);
        int copied = 0;
        foreach (TensorPlace place in places.Where(p => p is { Source: not null, IsOnlyCopy: true }).OrderBy(p => p.Source))
        {
            bytes[copied..place.Source!.Value].CopyTo(graph.AsSpan(copied));
            copied = place.Source.Value + (place.Length * sizeof(float));
        }

        bytes[copied..].CopyTo(graph.AsSpan(copied));
        return graph;
    }
}
