using System.Buffers.Binary;

namespace EdgeAdapt.Imaging;

/// <summary>
/// Checks a PNG before the native decoder sees it (PNG specification, third edition): size, variety, and that every chunk
/// is whole. The decoder reports damage inside chunks itself.
/// </summary>
internal static class PngStructure
{
    private const int SignatureBytes = 8;
    private const int ChunkOverhead = 12;

    public static ImageCheck Check(ReadOnlySpan<byte> png, ImageLimits limits)
    {
        if (png.Length < SignatureBytes + ChunkOverhead + 13)
        {
            return Truncated();
        }

        ReadOnlySpan<byte> header = png.Slice(SignatureBytes + 8, 13);
        if (!png[(SignatureBytes + 4)..].StartsWith("IHDR"u8) || BinaryPrimitives.ReadUInt32BigEndian(png[SignatureBytes..]) != 13)
        {
            return ImageCheck.Refuse(ImageStatus.Corrupt, "The PNG does not start with its header. Encode it again.");
        }

        uint width = BinaryPrimitives.ReadUInt32BigEndian(header);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
        {
            return ImageCheck.Refuse(ImageStatus.Corrupt, $"The PNG announces {width} x {height} pixels. Encode it again.");
        }

        // A longer one would decode, and then no encoder takes it as a sample.
        if ((long)width * height > limits.MaximumPixels || width > ImageEncoder.MaximumSide || height > ImageEncoder.MaximumSide)
        {
            return ImageCheck.Refuse(
                ImageStatus.TooLarge,
                $"The PNG has {width} x {height} pixels; at most {limits.MaximumPixels} are decoded, and {ImageEncoder.MaximumSide} a side. Send a smaller image.");
        }

        // The decoder reads an interlaced file row by row as if it were not, which gives a scrambled picture.
        return header[12] != 0
            ? ImageCheck.Refuse(ImageStatus.Unsupported, "The PNG is interlaced. Save it without interlacing.")
            : CheckChunks(png, (int)height, (int)width);
    }

    private static ImageCheck CheckChunks(ReadOnlySpan<byte> png, int height, int width)
    {
        for (long position = SignatureBytes; position + ChunkOverhead <= png.Length;)
        {
            ReadOnlySpan<byte> chunk = png[(int)position..];
            position += ChunkOverhead + (long)BinaryPrimitives.ReadUInt32BigEndian(chunk);
            if (chunk[4..].StartsWith("IEND"u8))
            {
                return ImageCheck.Whole(height, width);
            }
        }

        return Truncated();
    }

    private static ImageCheck Truncated() =>
        ImageCheck.Refuse(ImageStatus.Truncated, "The PNG ends before its last chunk. Check the connection to the camera and send it again.");
}
