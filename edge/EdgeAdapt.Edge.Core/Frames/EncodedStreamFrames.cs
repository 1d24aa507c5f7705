using EdgeAdapt.Imaging;

namespace EdgeAdapt.Edge.Core.Frames;

/// <summary>
/// Cuts a stream of JPEG and PNG files, one behind the other, into frames. Bytes between two files are skipped, so the parts of an HTTP stream of JPEGs work too. A file that
/// is damaged or too long is a frame with a fault, and reading goes on at the next start of a file. Memory: the largest frame and 64 kB, twice.
/// </summary>
/// <param name="stream">Where the bytes come from; not disposed.</param>
/// <param name="source">The source's name, for the frames'.</param>
/// <param name="limit">Bytes of the largest file.</param>
internal sealed class EncodedStreamFrames(Stream stream, string source, int limit)
{
    private const int Piece = 1 << 16;
    private byte[] _buffer = new byte[2 * Piece];
    private int _start;
    private int _end;
    private long _number;
    private long _skipped;
    private string? _failure;

    private ReadOnlySpan<byte> Waiting => _buffer.AsSpan(_start, _end - _start);

    /// <summary>The frames until the stream ends.</summary>
    public IEnumerable<Frame> Read()
    {
        ImageExtent? image = null;
        do
        {
            bool more = true;
            while (more)
            {
                if (image is null)
                {
                    image = FindStart();
                    more = image is not null;
                    if (!more && _skipped > limit)
                    {
                        _skipped = 0;
                        yield return Fault($"{limit} bytes without the start of a JPEG or PNG. Check what is piped in; raw pixels need --stdin-frames WIDTHxHEIGHT.");
                    }
                }
                else
                {
                    (Frame? frame, more) = Advance(image);
                    if (frame is not null)
                    {
                        image = null;
                        yield return frame;
                    }
                }
            }
        }
        while (Fill());

        if (_failure is not null)
        {
            yield return Fault($"The stream cannot be read any more: {_failure}");
        }
        else if (image is not null)
        {
            yield return Fault("The stream ended in the middle of a picture. Check the program that writes it.");
        }
        else if (_number == 0 && _skipped > 0)
        {
            yield return Fault("The stream held no JPEG or PNG. Check what is piped in; raw pixels need --stdin-frames WIDTHxHEIGHT.");
        }
    }

    private ImageExtent? FindStart()
    {
        int found = ImageExtent.FindStart(Waiting);
        int passed = found >= 0 ? found : Math.Max(0, Waiting.Length - (ImageExtent.SignatureBytes - 1));
        _start += passed;
        _skipped = found >= 0 ? 0 : _skipped + passed;
        return found < 0 ? null : new ImageExtent(ImageContent.KindOf(Waiting));
    }

    /// <summary>The frame or fault that the bytes so far end; whether there may be another one among them.</summary>
    private (Frame? Frame, bool More) Advance(ImageExtent image)
    {
        ImageExtentStatus status = image.Advance(Waiting);
        if (status == ImageExtentStatus.Complete && image.Length <= limit)
        {
            var frame = new Frame { Name = NextName(), Bytes = Waiting[..image.Length].ToArray() };
            _start += image.Length;
            return (frame, true);
        }

        if (status == ImageExtentStatus.Broken)
        {
            _start += Math.Clamp(image.Length, 1, Waiting.Length);
            return (Fault("The picture is damaged or cut off. Check the program that writes the stream."), true);
        }

        if (status == ImageExtentStatus.Complete || Waiting.Length > limit)
        {
            _start += status == ImageExtentStatus.Complete ? image.Length : Waiting.Length - (ImageExtent.SignatureBytes - 1);
            return (Fault($"The picture has more than {limit} bytes and is skipped. Send smaller ones, or raise --frame-megabytes."), true);
        }

        return (null, false);
    }

    private bool Fill()
    {
        if (_end == _buffer.Length)
        {
            if (_start > 0)
            {
                Waiting.CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }

            if (_buffer.Length - _end < Piece)
            {
                Array.Resize(ref _buffer, (int)Math.Min(2L * _buffer.Length, Math.Max((long)limit + (2 * Piece), _end + Piece)));
            }
        }

        try
        {
            int read = stream.Read(_buffer, _end, _buffer.Length - _end);
            _end += read;
            return read > 0;
        }
        catch (IOException e)
        {
            _failure = e.Message;
            return false;
        }
    }

    private Frame Fault(string fault) => new() { Name = NextName(), Fault = fault };

    private string NextName() => $"{source}[{_number++}]";
}
