namespace EdgeAdapt.Imaging;

/// <summary>The quantization and Huffman tables that a JPEG has defined so far.</summary>
internal sealed class JpegTables
{
    private const int Slots = 4;
    private const int LongestCode = 16;
    private const int LargestDcSymbol = 15;
    private readonly bool[] _quantization = new bool[Slots];
    private readonly bool[] _dc = new bool[Slots];
    private readonly bool[] _ac = new bool[Slots];

    public bool HasQuantization(int slot) => slot < Slots && _quantization[slot];

    /// <summary>The decoder fills the first two slots with the tables of T.81 annex K, because motion JPEG leaves them out.</summary>
    public bool HasDc(int slot) => slot < Slots && (slot < 2 || _dc[slot]);

    /// <summary>As <see cref="HasDc"/>.</summary>
    public bool HasAc(int slot) => slot < Slots && (slot < 2 || _ac[slot]);

    public ImageCheck AddQuantization(ReadOnlySpan<byte> segment)
    {
        while (!segment.IsEmpty)
        {
            int precision = segment[0] >> 4;
            int slot = segment[0] & 15;
            int length = 1 + (64 * (precision + 1));
            if (precision > 1 || slot >= Slots || segment.Length < length)
            {
                return JpegStructure.Corrupt("has a damaged quantization table");
            }

            _quantization[slot] = true;
            segment = segment[length..];
        }

        return ImageCheck.Ready;
    }

    public ImageCheck AddHuffman(ReadOnlySpan<byte> segment)
    {
        while (!segment.IsEmpty)
        {
            if (segment.Length < 1 + LongestCode || (segment[0] & ~0x13) != 0)
            {
                return Damaged();
            }

            bool ac = segment[0] >= 0x10;
            int slot = segment[0] & 3;
            ReadOnlySpan<byte> counts = segment.Slice(1, LongestCode);
            int symbols = CountSymbols(counts);
            if (symbols < 0 || segment.Length < 1 + LongestCode + symbols)
            {
                return Damaged();
            }

            ReadOnlySpan<byte> values = segment.Slice(1 + LongestCode, symbols);
            if (!ac && values.ContainsAnyExceptInRange((byte)0, (byte)LargestDcSymbol))
            {
                return Damaged();
            }

            (ac ? _ac : _dc)[slot] = true;
            segment = segment[(1 + LongestCode + symbols)..];
        }

        return ImageCheck.Ready;
    }

    /// <summary>The number of symbols, or -1 where the code lengths are no prefix code (T.81 annex C; no code is all ones).</summary>
    private static int CountSymbols(ReadOnlySpan<byte> counts)
    {
        int code = 0;
        int symbols = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            code = (code << 1) + counts[i];
            symbols += counts[i];
            if ((symbols > 0 && code >= 1 << (i + 1)) || symbols > 256)
            {
                return -1;
            }
        }

        return symbols;
    }

    private static ImageCheck Damaged() => JpegStructure.Corrupt("has a damaged Huffman table");
}
