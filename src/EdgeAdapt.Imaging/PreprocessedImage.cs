namespace EdgeAdapt.Imaging;

/// <summary>The outcome of decoding and preprocessing one image.</summary>
/// <param name="Status">Whether there is an image, and why not.</param>
/// <param name="Values">Model input <c>[C, H, W]</c> where <see cref="Status"/> is Ready, otherwise empty. The receiver owns the array, unless the caller gave it.</param>
/// <param name="Fault">What is wrong and what to do, for logs and answers; empty where Ready.</param>
public sealed record PreprocessedImage(ImageStatus Status, float[] Values, string Fault)
{
    /// <summary>Whether <see cref="Values"/> holds the image.</summary>
    public bool IsReady => Status == ImageStatus.Ready;

    internal static PreprocessedImage Of(float[] values) => new(ImageStatus.Ready, values, string.Empty);

    internal static PreprocessedImage Refuse(ImageStatus status, string fault) => new(status, [], fault);
}
