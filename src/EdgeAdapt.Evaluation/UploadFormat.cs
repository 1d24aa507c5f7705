namespace EdgeAdapt.Evaluation;

/// <summary>The format of an uploaded image.</summary>
public enum UploadFormat
{
    /// <summary>Pixels, H·W·C bytes.</summary>
    Raw,

    /// <summary>PNG, lossless.</summary>
    Png,

    /// <summary>JPEG at a quality.</summary>
    Jpeg,
}
