namespace EdgeAdapt.Imaging;

/// <summary>The marker codes of ITU-T T.81, table B.1, that matter to decoding.</summary>
internal static class JpegMarker
{
    public const int Temporary = 0x01;
    public const int Baseline = 0xC0;
    public const int Extended = 0xC1;
    public const int Progressive = 0xC2;
    public const int HuffmanTables = 0xC4;
    public const int Restart0 = 0xD0;
    public const int Restart7 = 0xD7;
    public const int StartOfImage = 0xD8;
    public const int EndOfImage = 0xD9;
    public const int Scan = 0xDA;
    public const int QuantizationTables = 0xDB;
    public const int NumberOfLines = 0xDC;
    public const int RestartInterval = 0xDD;
    public const int FirstApplication = 0xE0;
    private const int FirstFrame = 0xC0;
    private const int LastFrame = 0xCF;
    private const int LastApplication = 0xEF;
    private const int LosslessExtension = 0xF8;
    private const int Comment = 0xFE;

    /// <summary>Markers with a length whose contents the decoder reads or skips.</summary>
    public static bool IsRead(int marker) => marker
        is Baseline or Extended or Progressive or HuffmanTables or Scan or QuantizationTables or NumberOfLines or RestartInterval or Comment
        or (>= FirstApplication and <= LastApplication);

    /// <summary>Markers of coding processes that the decoder does not know, or that only part of its versions know.</summary>
    public static bool IsOtherProcess(int marker) => marker is (>= FirstFrame and <= LastFrame) or LosslessExtension;
}
