namespace EdgeAdapt.Imaging;

/// <summary>The Huffman code of a JPEG file that is shortest for what is written with it, no code longer than 16 bits (ITU-T T.81, K.2 and Annex C).</summary>
internal sealed class HuffmanCode
{
    private const int LongestCode = 16;
    private const int Reserved = 256;
    private readonly int[] _codes = new int[Reserved];
    private readonly int[] _lengths = new int[Reserved];

    /// <summary>Makes the code.</summary>
    /// <param name="counts">How often each of the 256 symbols comes; one at least comes once.</param>
    public HuffmanCode(ReadOnlySpan<int> counts)
    {
        int[] lengths = CodeLengths(counts);
        int[] perLength = new int[Reserved + 1];
        foreach (int length in lengths.Where(l => l > 0))
        {
            perLength[length]++;
        }

        Shorten(perLength);
        Symbols = [.. Enumerable.Range(0, Reserved).Where(s => lengths[s] > 0).OrderBy(s => lengths[s]).Select(s => (byte)s)];
        CodesPerLength = [.. perLength.Skip(1).Take(LongestCode).Select(n => (byte)n)];
        int code = 0, next = 0;
        for (int length = 1; length <= LongestCode; length++, code <<= 1)
        {
            for (int i = 0; i < CodesPerLength[length - 1]; i++)
            {
                (_codes[Symbols[next]], _lengths[Symbols[next++]]) = (code++, length);
            }
        }
    }

    /// <summary>BITS of the file's table: codes of 1 to 16 bits.</summary>
    public byte[] CodesPerLength { get; }

    /// <summary>HUFFVAL of the file's table: the symbols, those of the shortest codes first.</summary>
    public byte[] Symbols { get; }

    /// <summary>The code of a symbol that comes at all.</summary>
    public (int Code, int Length) Of(int symbol) => (_codes[symbol], _lengths[symbol]);

    /// <summary>Joins the two rarest trees until one is left. A symbol that nobody writes takes the code of ones alone, which the format forbids: it comes last, so it is as long as any.</summary>
    private static int[] CodeLengths(ReadOnlySpan<int> counts)
    {
        var trees = new PriorityQueue<int[], (long Count, int Order)>();
        for (int symbol = 0; symbol < Reserved; symbol++)
        {
            if (counts[symbol] > 0)
            {
                trees.Enqueue([symbol], (counts[symbol], symbol));
            }
        }

        trees.Enqueue([Reserved], (0, Reserved));
        int[] lengths = new int[Reserved + 1];
        while (trees.TryDequeue(out int[]? first, out (long Count, int Order) one) && trees.TryDequeue(out int[]? second, out (long Count, int Order) other))
        {
            int[] joined = [.. first, .. second];
            foreach (int symbol in joined)
            {
                lengths[symbol]++;
            }

            trees.Enqueue(joined, (one.Count + other.Count, Math.Min(one.Order, other.Order)));
        }

        return lengths;
    }

    /// <summary>Brings codes of more than 16 bits up: a pair of them hands its prefix to one, and the other joins a shorter code, which gets a bit more (figure K.3). Then takes the reserved one away.</summary>
    private static void Shorten(int[] perLength)
    {
        for (int length = perLength.Length - 1; length > LongestCode; length--)
        {
            while (perLength[length] > 0)
            {
                int shorter = length - 2;
                while (perLength[shorter] == 0)
                {
                    shorter--;
                }

                perLength[length] -= 2;
                perLength[length - 1]++;
                perLength[shorter + 1] += 2;
                perLength[shorter]--;
            }
        }

        int longest = LongestCode;
        while (perLength[longest] == 0)
        {
            longest--;
        }

        perLength[longest]--;
    }
}
