namespace EdgeAdapt.Imaging;

/// <summary>Tells kinds of image apart, and names their content types.</summary>
public static class ImageContent
{
    /// <summary>The content type of JPEG.</summary>
    public const string Jpeg = "image/jpeg";

    /// <summary>The content type of PNG.</summary>
    public const string Png = "image/png";

    /// <summary>
    /// The content type of one frame of raw pixels: a NumPy file (.npy, version 1 to 3, C order) that holds uint8
    /// <c>[height, width, 1 or 3]</c>, red first.
    /// </summary>
    public const string NpyFrame = "application/x-npy-frame";

    /// <summary>What the first bytes say.</summary>
    public static ImageKind KindOf(ReadOnlySpan<byte> image) => image switch
    {
        [0xFF, 0xD8, 0xFF, ..] => ImageKind.Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => ImageKind.Png,
        [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..] => ImageKind.NpyFrame,
        _ => ImageKind.Unknown,
    };

    /// <summary>The content type of a kind of image; null for <see cref="ImageKind.Unknown"/>.</summary>
    public static string? ContentTypeOf(ImageKind kind) => kind switch
    {
        ImageKind.Jpeg => Jpeg,
        ImageKind.Png => Png,
        ImageKind.NpyFrame => NpyFrame,
        _ => null,
    };

    /// <summary>Whether the native decoder may be given these bytes.</summary>
    internal static ImageCheck Check(ReadOnlySpan<byte> image, ImageLimits limits) => KindOf(image) switch
    {
        _ when image.IsEmpty => ImageCheck.Refuse(ImageStatus.Empty, "There are no bytes. Check the camera or the sender."),
        ImageKind.Jpeg => new JpegStructure(image, limits).Check(),
        ImageKind.Png => PngStructure.Check(image, limits),
        _ => ImageCheck.Refuse(ImageStatus.UnknownFormat, $"{Describe(image)} is not read. Send JPEG, PNG or a .npy frame (uint8 [height, width, 3])."),
    };

    private static string Describe(ReadOnlySpan<byte> image) => image switch
    {
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "GIF",
        [(byte)'B', (byte)'M', ..] => "BMP",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "WebP",
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => "HEIF or AVIF",
        [(byte)'I', (byte)'I', 0x2A, 0, ..] or [(byte)'M', (byte)'M', 0, 0x2A, ..] => "TIFF",
        _ => $"An image that starts with {Convert.ToHexString(image[..Math.Min(4, image.Length)])}",
    };
}
