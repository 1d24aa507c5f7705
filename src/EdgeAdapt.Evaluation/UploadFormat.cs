namespace EdgeAdapt.Evaluation;

/// <summary>How an uploaded image is encoded, for the count of bytes. Methods learn from the images as they are.</summary>
public enum UploadFormat
{
    /// <summary>Pixels, H·W·C bytes.</summary>
    Raw,

    /// <summary>PNG, lossless.</summary>
    Png,

    /// <summary>JPEG of quality 95.</summary>
    Jpeg,
}
