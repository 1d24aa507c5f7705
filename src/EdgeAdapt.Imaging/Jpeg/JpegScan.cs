using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeAdapt.Imaging;

/// <summary>
/// What the scan of a baseline JPEG file says (ITU-T T.81, F.1.2), kept until it is known how often each symbol comes: a symbol of one of four tables and
/// the bits behind it.
/// </summary>
internal sealed class JpegScan
{
    /// <summary>The table of DC differences of brightness; that of its AC coefficients is one further.</summary>
    public const int Luma = 0;

    /// <summary>The same for colour.</summary>
    public const int Chroma = 2;

    private const int Coefficients = 64;
    private const int LongestRun = 15;
    private const int SixteenZeros = 0xF0;
    private const int EndOfBlock = 0;
    private const int BufferBytes = 16_384;

    // A code of 16 bits and 11 more behind up to 7 that wait, each byte followed by a zero.
    private const int MostBytesOfItem = 10;
    private readonly List<(byte Table, byte Symbol, int Bits, byte Length)> _items = [];
    private readonly int[][] _counts = [.. Enumerable.Range(0, 4).Select(_ => new int[256])];

    /// <summary>Indices in natural order, by ascending frequency (figure 5).</summary>
    public static ReadOnlySpan<byte> ZigZag =>
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];

    /// <summary>Adds a block.</summary>
    /// <param name="block">64 quantized coefficients in natural order.</param>
    /// <param name="before">The DC coefficient of the component's block before; 0 for none.</param>
    /// <param name="table"><see cref="Luma"/> or <see cref="Chroma"/>.</param>
    [MethodImpl(JpegEncoder.Hot)]
    public void Add(ReadOnlySpan<int> block, int before, int table)
    {
        AddValue(table, 0, block[0] - before);
        int run = 0;
        for (int i = 1; i < Coefficients; i++)
        {
            int value = block[ZigZag[i]];
            if (value == 0)
            {
                run++;
                continue;
            }

            for (; run > LongestRun; run -= LongestRun + 1)
            {
                AddItem(table + 1, SixteenZeros, 0, 0);
            }

            AddValue(table + 1, run << 4, value);
            run = 0;
        }

        if (run > 0)
        {
            AddItem(table + 1, EndOfBlock, 0, 0);
        }
    }

    /// <summary>The shortest codes for what was added, one a table.</summary>
    public HuffmanCode[] Codes() => [.. _counts.Select(c => new HuffmanCode(c))];

    /// <summary>Writes the scan; a byte of ones is followed by a zero, so that it is no marker.</summary>
    [MethodImpl(JpegEncoder.Hot)]
    public void Write(HuffmanCode[] codes, Stream output)
    {
        byte[] bytes = new byte[BufferBytes];
        int written = 0, length = 0;
        ulong pending = 0;
        foreach ((byte table, byte symbol, int bits, byte count) in CollectionsMarshal.AsSpan(_items))
        {
            (int code, int codeLength) = codes[table].Of(symbol);
            pending = (pending << (codeLength + count)) | ((ulong)code << count) | (uint)bits;
            for (length += codeLength + count; length >= 8; length -= 8)
            {
                written = Append(bytes, written, (byte)(pending >> (length - 8)));
            }

            if (written > BufferBytes - MostBytesOfItem)
            {
                output.Write(bytes.AsSpan(0, written));
                written = 0;
            }
        }

        if (length > 0)
        {
            written = Append(bytes, written, (byte)((pending << (8 - length)) | ((1UL << (8 - length)) - 1)));
        }

        output.Write(bytes.AsSpan(0, written));
    }

    private static int Append(byte[] bytes, int at, byte next)
    {
        bytes[at++] = next;
        if (next == byte.MaxValue)
        {
            bytes[at++] = 0;
        }

        return at;
    }

    /// <summary>A value as its number of bits and those bits; a negative one is one less, so that its first bit is 0.</summary>
    private void AddValue(int table, int run, int value)
    {
        int length = 32 - BitOperations.LeadingZeroCount((uint)Math.Abs(value));
        AddItem(table, run | length, (value < 0 ? value - 1 : value) & ((1 << length) - 1), length);
    }

    private void AddItem(int table, int symbol, int bits, int length)
    {
        _counts[table][symbol]++;
        _items.Add(((byte)table, (byte)symbol, bits, (byte)length));
    }
}
