namespace EdgeAdapt.Imaging;

/// <summary>What became of the bytes of an image.</summary>
public enum ImageStatus
{
    /// <summary>Decoded and preprocessed.</summary>
    Ready,

    /// <summary>There were no bytes. The sender should check its source.</summary>
    Empty,

    /// <summary>The bytes are of no kind that is read. JPEG, PNG and a .npy frame are.</summary>
    UnknownFormat,

    /// <summary>A JPEG or PNG of a variety that is not read, for example CMYK, arithmetic coding or interlacing.</summary>
    Unsupported,

    /// <summary>The image ends too early: it was cut off on its way.</summary>
    Truncated,

    /// <summary>The bytes contradict their own format.</summary>
    Corrupt,

    /// <summary>The image has more pixels than are decoded, or than there is memory for.</summary>
    TooLarge,
}
