using System.Runtime.InteropServices;

namespace EdgeAdapt.Onnx.Prepared;

/// <summary>
/// Memory for one session's weights, outside the garbage collector's reach: it is gone as soon as the session is. It begins at a cache line, because convolutions
/// read weights that lie across cache lines up to a tenth slower. Dispose it when nothing reads from it any more.
/// </summary>
internal sealed unsafe class WeightBlock : IDisposable
{
    /// <summary>Bytes of a cache line, and what the offsets of tensors are multiples of.</summary>
    public const int CacheLine = 64;

    private readonly int _length;
    private void* _memory;

    /// <summary>Allocates a block; what it holds is undefined.</summary>
    /// <param name="length">Bytes.</param>
    public WeightBlock(int length)
    {
        _length = length;
        _memory = NativeMemory.AlignedAlloc((nuint)length, CacheLine);
    }

    /// <summary>Frees a block that a failed start left behind.</summary>
    ~WeightBlock() => Free();

    /// <summary>The values of a tensor, to be written before a session reads them.</summary>
    /// <param name="offset">Of its first byte.</param>
    /// <param name="count">Number of values.</param>
    /// <exception cref="ArgumentOutOfRangeException">They do not lie in the block.</exception>
    public Span<float> Values(int offset, int count)
    {
        ObjectDisposedException.ThrowIf(_memory is null, this);
        return MemoryMarshal.Cast<byte, float>(new Span<byte>(_memory, _length).Slice(offset, count * sizeof(float)));
    }

    /// <summary>The address of a tensor; valid until this block is disposed.</summary>
    /// <param name="offset">Of its first byte.</param>
    public nint Address(int offset) => (nint)_memory + offset;

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
