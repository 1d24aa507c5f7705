namespace EdgeAdapt.Imaging;

/// <summary>The quantization tables of ITU-T T.81 Annex K, scaled to a quality the way libjpeg does, in natural order.</summary>
internal static class QuantizationTables
{
    private static readonly byte[] LumaAt50 =
    [
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
    ];

    private static readonly byte[] ChromaAt50 =
    [
        17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    ];

    /// <summary>The table of brightness; quality 1 to 100.</summary>
    public static int[] Luma(int quality) => Scale(LumaAt50, quality);

    /// <summary>The table of colour; quality 1 to 100.</summary>
    public static int[] Chroma(int quality) => Scale(ChromaAt50, quality);

    private static int[] Scale(byte[] table, int quality)
    {
        int percent = quality < 50 ? 5000 / quality : 200 - (2 * quality);
        return Array.ConvertAll(table, step => Math.Clamp(((step * percent) + 50) / 100, 1, 255));
    }
}
