using System.Runtime.InteropServices;

namespace EdgeAdapt.Onnx.Prepared;

/// <summary>
/// Memory for one session's weights that does not move. It begins at a cache line: from weights that lie across cache lines convolutions are read up to a tenth slower.
/// </summary>
internal sealed class WeightBlock
{
    private readonly byte[] _bytes;
    private readonly int _start;

    /// <summary>Allocates a block; what it holds is undefined.</summary>
    /// <param name="length">Bytes.</param>
    public WeightBlock(int length)
    {
        _bytes = GC.AllocateUninitializedArray<byte>(length + CacheLine, pinned: true);
        _start = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0) & (CacheLine - 1));
    }

    /// <summary>Bytes of a cache line, and what the offsets of tensors are multiples of.</summary>
    public static int CacheLine => 64;

    /// <summary>The values of a tensor, to be written before a session reads them.</summary>
    /// <param name="offset">Of its first byte.</param>
    /// <param name="count">Number of values.</param>
    public Span<float> Values(int offset, int count) => MemoryMarshal.Cast<byte, float>(_bytes.AsSpan(_start + offset, count * sizeof(float)));

    /// <summary>The address of a tensor; valid while this block is reachable.</summary>
    /// <param name="offset">Of its first byte.</param>
    public nint Address(int offset) => Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, _start + offset);
}
