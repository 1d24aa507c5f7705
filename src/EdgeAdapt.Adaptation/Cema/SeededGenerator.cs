namespace EdgeAdapt.Adaptation;

/// <summary>
/// A small generator whose whole state is one number, so that a restarted service continues the very same sequence
/// (SplitMix64; Steele, Lea and Flood, OOPSLA 2014). Not for secrets.
/// </summary>
internal sealed class SeededGenerator(ulong state)
{
    /// <summary>Set it to continue an earlier sequence.</summary>
    public ulong State { get; set; } = state;

    /// <summary>Draws <paramref name="count"/> different indices from 0 … <paramref name="population"/> − 1, uniformly, in random order.</summary>
    public int[] Sample(int population, int count)
    {
        // Fisher-Yates over a virtual array 0 … n − 1 that stores only the entries that were swapped.
        var swapped = new Dictionary<int, int>(count);
        int[] drawn = new int[count];
        for (int i = 0; i < count; i++)
        {
            int j = i + Next(population - i);
            drawn[i] = swapped.GetValueOrDefault(j, j);
            swapped[j] = swapped.GetValueOrDefault(i, i);
        }

        return drawn;
    }

    /// <summary>Draws a number from 0 and below 1, uniformly.</summary>
    public double NextUnit() => (NextBits() >> 11) / (double)(1UL << 53);

    /// <summary>Draws from N(0, 1): the cosine half of Box and Muller's pair, so that nothing but <see cref="State"/> is kept between draws.</summary>
    public double NextNormal()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - NextUnit()));
        return radius * Math.Cos(2 * Math.PI * NextUnit());
    }

    // The upper half of a 64 × 64 bit product; its bias is below 2⁻³² and cannot matter for a buffer's indices.
    private int Next(int exclusiveMaximum) => (int)Math.BigMul(NextBits(), (ulong)exclusiveMaximum, out _);

    private ulong NextBits()
    {
        State += 0x9E3779B97F4A7C15;
        ulong z = State;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
