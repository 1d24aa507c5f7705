namespace EdgeAdapt.Onnx.Prepared;

/// <summary>
/// Arrays that sessions run from, used again when a session is gone: a new one of a model's size for each swap would stay until a full
/// garbage collection. Thread safe.
/// </summary>
/// <param name="template">What each holds when it is new.</param>
internal sealed class ModelBuffers(byte[] template)
{
    private const int MostKept = 1;
    private readonly Lock _gate = new();
    private readonly Stack<byte[]> _free = new();

    /// <summary>An array that does not move in memory; its contents are those of its last use.</summary>
    public byte[] Rent()
    {
        lock (_gate)
        {
            if (_free.TryPop(out byte[]? used))
            {
                return used;
            }
        }

        byte[] buffer = GC.AllocateUninitializedArray<byte>(template.Length, pinned: true);
        template.CopyTo(buffer, 0);
        return buffer;
    }

    /// <summary>Takes an array back that nothing reads any more.</summary>
    public void Return(byte[] buffer)
    {
        lock (_gate)
        {
            if (_free.Count < MostKept)
            {
                _free.Push(buffer);
            }
        }
    }
}
