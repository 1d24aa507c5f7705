namespace EdgeAdapt.Onnx.Prepared;

/// <summary>
/// Blocks that sessions read their weights from, used again when a session is gone: a new one for each swap would stay until a full
/// garbage collection. Thread safe.
/// </summary>
/// <param name="length">Bytes of each.</param>
internal sealed class WeightBlocks(int length)
{
    private const int MostKept = 1;
    private readonly Lock _gate = new();
    private readonly Stack<WeightBlock> _free = new();

    /// <summary>A block; what it holds is undefined.</summary>
    public WeightBlock Rent()
    {
        lock (_gate)
        {
            return _free.TryPop(out WeightBlock? block) ? block : new WeightBlock(length);
        }
    }

    /// <summary>Takes a block back that nothing reads any more.</summary>
    public void Return(WeightBlock block)
    {
        lock (_gate)
        {
            if (_free.Count < MostKept)
            {
                _free.Push(block);
            }
        }
    }
}
