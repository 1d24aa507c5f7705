using System.Buffers.Binary;

namespace EdgeAdapt.Imaging;

/// <summary>
/// Walks the markers of a JPEG (ITU-T T.81, annex B) before the native decoder sees it. That decoder (libjpeg inside ONNX
/// Runtime Extensions) has no way to report a fatal fault: it calls exit, which would end the agent, and it waits for ever
/// for the rest of a file that was cut off. Whatever would lead there is refused here: everything it treats as fatal lies
/// in the markers; damage inside the compressed data only spoils the picture.
/// </summary>
internal ref struct JpegStructure
{
    private const int MaximumSide = 65_500;

    // A progressive file has about ten. Each costs a pass over the whole image, so that a small file could keep a device busy for minutes.
    private const int MaximumScans = 100;

    private readonly ReadOnlySpan<byte> _jpeg;
    private readonly ImageLimits _limits;
    private readonly JpegTables _tables = new();
    private JpegFrame? _frame;
    private int _position;
    private int _scans;
    private bool _severalScans;

    public JpegStructure(ReadOnlySpan<byte> jpeg, ImageLimits limits)
    {
        _jpeg = jpeg;
        _limits = limits;
        _position = 2;
    }

    public ImageCheck Check()
    {
        while (NextMarker() is var marker && marker >= 0)
        {
            if (marker == JpegMarker.EndOfImage)
            {
                return _scans > 0 ? ImageCheck.Whole(_frame!.Height, _frame.Width) : Corrupt("has no picture in it");
            }

            if (marker is (>= JpegMarker.Restart0 and <= JpegMarker.Restart7) or JpegMarker.Temporary)
            {
                continue;
            }

            ImageCheck check = CheckSegment(marker);
            if (check.Status != ImageStatus.Ready)
            {
                return check;
            }
        }

        return Truncated();
    }

    internal static ImageCheck Corrupt(string what) =>
        ImageCheck.Refuse(ImageStatus.Corrupt, $"The JPEG {what}. Encode it again.");

    internal static ImageCheck Unsupported(string what) =>
        ImageCheck.Refuse(ImageStatus.Unsupported, $"The JPEG {what}, which is not read. Save it as baseline or progressive JPEG, 8 bits, grey or colour.");

    private static ImageCheck Truncated() =>
        ImageCheck.Refuse(ImageStatus.Truncated, "The JPEG ends before its end marker. Check the connection to the camera and send it again.");

    private ImageCheck CheckSegment(int marker)
    {
        if (!JpegMarker.IsRead(marker))
        {
            return JpegMarker.IsOtherProcess(marker)
                ? Unsupported("is lossless, hierarchical or arithmetic coded")
                : Corrupt($"has the unknown marker 0x{marker:X2}");
        }

        if (_position + 2 > _jpeg.Length)
        {
            return Truncated();
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(_jpeg[_position..]);
        if (length < 2)
        {
            return Corrupt($"has a segment of impossible length (marker 0x{marker:X2})");
        }

        if (_position + length > _jpeg.Length)
        {
            return Truncated();
        }

        ReadOnlySpan<byte> segment = _jpeg.Slice(_position + 2, length - 2);
        _position += length;
        return marker switch
        {
            JpegMarker.Baseline or JpegMarker.Extended or JpegMarker.Progressive => CheckFrame(segment, marker),
            JpegMarker.HuffmanTables => _tables.AddHuffman(segment),
            JpegMarker.QuantizationTables => _tables.AddQuantization(segment),
            JpegMarker.RestartInterval => segment.Length == 2 ? ImageCheck.Ready : Corrupt("has a damaged restart interval"),
            JpegMarker.Scan => CheckScan(segment),
            _ => ImageCheck.Ready,
        };
    }

    private ImageCheck CheckFrame(ReadOnlySpan<byte> segment, int marker)
    {
        if (_frame is not null)
        {
            return Corrupt("has two frames");
        }

        ImageCheck check = JpegFrame.Parse(segment, marker, out _frame);
        if (check.Status != ImageStatus.Ready)
        {
            return check;
        }

        return (long)_frame!.Width * _frame.Height > _limits.MaximumPixels || _frame.Width > MaximumSide || _frame.Height > MaximumSide
            ? ImageCheck.Refuse(
                ImageStatus.TooLarge, $"The JPEG has {_frame.Width} x {_frame.Height} pixels; at most {_limits.MaximumPixels} are decoded. Send a smaller image.")
            : ImageCheck.Ready;
    }

    private ImageCheck CheckScan(ReadOnlySpan<byte> segment)
    {
        if (_frame is null)
        {
            return Corrupt("has picture data before its frame");
        }

        if (_scans > 0 && !_severalScans)
        {
            return Corrupt("goes on after its only scan");
        }

        ImageCheck check = _frame.CheckScan(segment, _tables, out bool complete);
        if (_scans++ == 0)
        {
            _severalScans = !complete;
        }

        return check.Status == ImageStatus.Ready && _scans > MaximumScans ? Corrupt($"has more than {MaximumScans} scans") : check;
    }

    /// <summary>
    /// The next marker, or -1 at the end of the bytes. Skips compressed data, in which FF is followed by 00, and fill
    /// bytes, exactly as the decoder does: both must see the same markers.
    /// </summary>
    private int NextMarker()
    {
        while (true)
        {
            int found = _jpeg[_position..].IndexOf((byte)0xFF);
            if (found < 0)
            {
                return -1;
            }

            _position += found;
            int other = _jpeg[_position..].IndexOfAnyExcept((byte)0xFF);
            if (other < 0)
            {
                return -1;
            }

            _position += other + 1;
            if (_jpeg[_position - 1] != 0)
            {
                return _jpeg[_position - 1];
            }
        }
    }
}
