using System.Numerics;

namespace EdgeAdapt.Datasets;

/// <summary>
/// xoshiro256** (Blackman and Vigna, 2018), seeded through SplitMix64: the same numbers on every platform and runtime, one
/// independent stream for each frame, so that any frame can be drawn without drawing those before it.
/// </summary>
internal sealed class SceneRandom
{
    private const int GaussTerms = 12;
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    public SceneRandom(long seed, long stream, int purpose)
    {
        ulong state = Mix((ulong)seed) ^ Mix((ulong)stream + 0x632BE59BD9B4E019) ^ Mix((ulong)purpose + 0x9E6C63D0876A9F21);
        _a = Next(ref state);
        _b = Next(ref state);
        _c = Next(ref state);
        _d = Next(ref state);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double Uniform() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [low, high).</summary>
    public double Between(double low, double high) => low + ((high - low) * Uniform());

    /// <summary>Uniform in 0 … count − 1.</summary>
    public int Below(int count) => (int)(Uniform() * count);

    /// <summary>
    /// Mean 0, variance 1, nearly normal: a sum of twelve uniform numbers, because logarithms and cosines differ in their
    /// last bit between platforms.
    /// </summary>
    public double Gauss()
    {
        double sum = 0;
        for (int i = 0; i < GaussTerms; i++)
        {
            sum += Uniform();
        }

        return sum - (GaussTerms / 2);
    }

    private ulong NextBits()
    {
        ulong result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        ulong shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    private static ulong Next(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        return Finish(state);
    }

    private static ulong Mix(ulong value) => Finish(value + 0x9E3779B97F4A7C15);

    private static ulong Finish(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
