namespace EdgeAdapt.Edge.Core.Frames;

/// <summary>Cuts a stream of raw pixels into frames of one size.</summary>
internal static class PixelStreamFrames
{
    /// <summary>The frames until the stream ends; a part of one at its end is a frame with a fault.</summary>
    /// <param name="stream">uint8 <c>[N, H, W, 3]</c>, red first; not disposed.</param>
    /// <param name="source">The source's name, for the frames'.</param>
    /// <param name="size">H and W.</param>
    public static IEnumerable<Frame> Read(Stream stream, string source, FrameSize size)
    {
        for (long number = 0; ; number++)
        {
            byte[] pixels = new byte[size.Bytes];
            string name = $"{source}[{number}]";
            (int read, string? failure) = Fill(stream, pixels);
            if (failure is not null)
            {
                yield return new Frame { Name = name, Fault = $"The stream cannot be read any more: {failure}" };
                yield break;
            }

            if (read == pixels.Length)
            {
                yield return new Frame { Name = name, Bytes = pixels, Height = size.Height, Width = size.Width };
                continue;
            }

            if (read > 0)
            {
                yield return new Frame { Name = name, Fault = $"The stream ended after {read} of a frame's {pixels.Length} bytes. Check that --stdin-frames is the size that is written." };
            }

            yield break;
        }
    }

    private static (int Read, string? Failure) Fill(Stream stream, byte[] pixels)
    {
        try
        {
            return (stream.ReadAtLeast(pixels, pixels.Length, throwOnEndOfStream: false), null);
        }
        catch (IOException e)
        {
            return (0, e.Message);
        }
    }
}
