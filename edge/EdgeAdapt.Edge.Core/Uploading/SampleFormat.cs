namespace EdgeAdapt.Edge.Core.Uploading;

/// <summary>The form in which a picture travels.</summary>
public enum SampleFormat
{
    /// <summary>A file as it is; pixels as the smallest of JPEG at the quality, PNG and raw.</summary>
    Auto,

    /// <summary>Nothing is lost: a file as it is; pixels as PNG or raw, whichever is smaller.</summary>
    Original,

    /// <summary>PNG, lossless.</summary>
    Png,

    /// <summary>JPEG at the quality; a JPEG file that is no larger stays as it is.</summary>
    Jpeg,

    /// <summary>Pixels as an .npy frame of uint8 <c>[H, W, 3]</c>, for clouds that decode nothing.</summary>
    Raw,
}
