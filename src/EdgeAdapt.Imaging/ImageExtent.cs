using System.Buffers.Binary;

namespace EdgeAdapt.Imaging;

/// <summary>
/// Finds the end of one JPEG or PNG in a stream of several by the image's own structure, without decoding it. A plain search for an end marker would stop at that of the
/// thumbnail which cameras put into the header. It looks at each byte once, however small the pieces are that the stream comes in. One owner calls it, for one image.
/// </summary>
public sealed class ImageExtent
{
    private const int PngSignatureBytes = 8;
    private const int PngChunkOverhead = 12;
    private readonly ImageKind _kind;
    private long _position;

    /// <summary>Begins an image.</summary>
    /// <param name="kind">Jpeg or Png; anything else is an <see cref="ArgumentException"/>.</param>
    public ImageExtent(ImageKind kind)
    {
        _kind = kind is ImageKind.Jpeg or ImageKind.Png ? kind : throw new ArgumentException($"An image of kind {kind} has no structure to follow.", nameof(kind));
        _position = kind == ImageKind.Jpeg ? 2 : PngSignatureBytes;
    }

    /// <summary>Bytes of the image where it is complete; where it is broken, the bytes before the first that cannot belong to it.</summary>
    public int Length { get; private set; }

    /// <summary>Where the first JPEG or PNG in some bytes begins, or -1. The last bytes may be the beginning of a signature: see <see cref="SignatureBytes"/>.</summary>
    public static int FindStart(ReadOnlySpan<byte> bytes)
    {
        for (int from = 0; from < bytes.Length; from++)
        {
            int found = bytes[from..].IndexOfAny((byte)0xFF, (byte)0x89);
            if (found < 0)
            {
                return -1;
            }

            from += found;
            if (ImageContent.KindOf(bytes[from..]) is ImageKind.Jpeg or ImageKind.Png)
            {
                return from;
            }
        }

        return -1;
    }

    /// <summary>The longest signature: fewer bytes than this at the end of a piece may be half of one.</summary>
    public const int SignatureBytes = PngSignatureBytes;

    /// <summary>Goes on with the image.</summary>
    /// <param name="image">All bytes from the image's first one, at least as many as in the call before.</param>
    public ImageExtentStatus Advance(ReadOnlySpan<byte> image) => _kind == ImageKind.Jpeg ? AdvanceJpeg(image) : AdvancePng(image);

    private ImageExtentStatus AdvanceJpeg(ReadOnlySpan<byte> image)
    {
        while (_position < image.Length)
        {
            // As the decoder does: anything up to the next FF is skipped, FF 00 stands for a byte of compressed data, further FFs fill.
            int found = image[(int)_position..].IndexOf((byte)0xFF);
            if (found < 0)
            {
                _position = image.Length;
                return ImageExtentStatus.Incomplete;
            }

            int at = (int)_position + found;
            int code = at + 1;
            while (code < image.Length && image[code] == 0xFF)
            {
                code++;
            }

            _position = at;
            if (code >= image.Length)
            {
                return ImageExtentStatus.Incomplete;
            }

            int marker = image[code];
            if (marker == JpegMarker.EndOfImage)
            {
                return End(ImageExtentStatus.Complete, code + 1);
            }

            if (marker is 0 or JpegMarker.Temporary or (>= JpegMarker.Restart0 and <= JpegMarker.Restart7))
            {
                _position = code + 1;
                continue;
            }

            if (!JpegMarker.IsRead(marker) && !JpegMarker.IsOtherProcess(marker))
            {
                // A start marker among them: the image was cut off and the next one is here.
                return End(ImageExtentStatus.Broken, code - 1);
            }

            if (code + 3 > image.Length)
            {
                return ImageExtentStatus.Incomplete;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(image[(code + 1)..]);
            if (length < 2)
            {
                return End(ImageExtentStatus.Broken, code + 1);
            }

            _position = code + 1 + length;
        }

        return ImageExtentStatus.Incomplete;
    }

    private ImageExtentStatus AdvancePng(ReadOnlySpan<byte> image)
    {
        while (_position + PngChunkOverhead <= image.Length)
        {
            ReadOnlySpan<byte> chunk = image[(int)_position..];
            uint length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            if (length > int.MaxValue || chunk.Slice(4, 4).ContainsAnyExcept(ChunkTypeLetters))
            {
                return End(ImageExtentStatus.Broken, (int)_position);
            }

            long end = _position + PngChunkOverhead + length;
            if (chunk[4..].StartsWith("IEND"u8))
            {
                return end > image.Length ? ImageExtentStatus.Incomplete : End(ImageExtentStatus.Complete, (int)end);
            }

            _position = end;
        }

        return ImageExtentStatus.Incomplete;
    }

    private ImageExtentStatus End(ImageExtentStatus status, int length)
    {
        Length = length;
        return status;
    }

    private static readonly System.Buffers.SearchValues<byte> ChunkTypeLetters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);
}
