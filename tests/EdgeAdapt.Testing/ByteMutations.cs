namespace EdgeAdapt.Testing;

/// <summary>Damages bytes as broken senders, cut connections and curious people do, for tests that send nonsense from a seed.</summary>
public static class ByteMutations
{
    private const int LongestPiece = 40;
    private const int HeaderBytes = 64;

    /// <summary>Random bytes.</summary>
    public static byte[] Noise(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Bytes with some changed, cut off, left out or put in; one in eight as they are. Half of the changes are among the first 64, where headers are.</summary>
    /// <param name="random">Decides.</param>
    /// <param name="bytes">At least one; they are not written to.</param>
    public static byte[] Mutate(Random random, byte[] bytes)
    {
        int at = random.Next(bytes.Length);
        switch (random.Next(8))
        {
            case 0:
                return bytes;
            case 1:
                return bytes[..at];
            case 2:
                return [.. bytes[..at], .. Noise(random, random.Next(1, LongestPiece)), .. bytes[at..]];
            case 3:
                return [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, LongestPiece))..]];
            default:
                byte[] changed = [.. bytes];
                for (int i = random.Next(1, 8); i > 0; i--)
                {
                    changed[random.Next(random.Next(2) == 0 ? Math.Min(HeaderBytes, bytes.Length) : bytes.Length)] = (byte)random.Next(256);
                }

                return changed;
        }
    }
}
