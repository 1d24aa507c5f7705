namespace EdgeAdapt.Imaging;

/// <summary>The outcome of decoding one image.</summary>
/// <param name="Status">Whether there is an image, and why not.</param>
/// <param name="Pixels">uint8 <c>[H, W, 3]</c>, red first, where <see cref="Status"/> is Ready, otherwise empty. The receiver owns the array.</param>
/// <param name="Height">H in pixels; 0 where not Ready.</param>
/// <param name="Width">W in pixels; 0 where not Ready.</param>
/// <param name="Fault">What is wrong and what to do; empty where Ready.</param>
public sealed record DecodedImage(ImageStatus Status, byte[] Pixels, int Height, int Width, string Fault)
{
    /// <summary>Whether <see cref="Pixels"/> holds the image.</summary>
    public bool IsReady => Status == ImageStatus.Ready;

    internal static DecodedImage Refuse(ImageStatus status, string fault) => new(status, [], 0, 0, fault);
}
