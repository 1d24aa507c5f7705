using EdgeAdapt.Datasets;

namespace EdgeAdapt.Demo.Streams;

/// <summary>The frames of one agent in the file that it reads.</summary>
/// <param name="Device">The agent's name.</param>
/// <param name="File">uint8 <c>[N, H, W, C]</c>, all phases one after another.</param>
/// <param name="Labels">The class of each frame.</param>
internal sealed record DriftStream(string Device, string File, IReadOnlyList<int> Labels)
{
    private const long MaximumBytes = 1 << 30;

    /// <summary>Writes the stream of one agent.</summary>
    /// <param name="source">Where the frames come from.</param>
    /// <param name="device">The agent's name.</param>
    /// <param name="file">The file to write.</param>
    /// <param name="framesPerPhase">Frames in each phase.</param>
    /// <param name="seed">The seed of this agent's frames.</param>
    /// <exception cref="DemoException">The stream would be too large, or the disk is full.</exception>
    public static DriftStream Write(IDriftSource source, string device, string file, int framesPerPhase, int seed)
    {
        (int height, int width, int channels) = source.FrameSize;
        int frame = height * width * channels;
        int count = source.Phases.Count * framesPerPhase;
        if ((long)count * frame > MaximumBytes)
        {
            throw new DemoException(
                $"{count} frames of {width} x {height} pixels are more than 1 GB for each agent. Give fewer with --frames-per-phase (at most {MaximumBytes / frame / source.Phases.Count}).");
        }

        byte[] pixels = new byte[count * frame];
        int[] labels = new int[count];
        for (int phase = 0; phase < source.Phases.Count; phase++)
        {
            int first = phase * framesPerPhase;
            source.Render(phase, seed, pixels.AsSpan(first * frame, framesPerPhase * frame), labels.AsSpan(first, framesPerPhase));
        }

        try
        {
            NpyFile.Write(file, new NpyArray(NpyElementType.UInt8, pixels, count, height, width, channels));
        }
        catch (IOException e)
        {
            throw new DemoException($"Cannot write the stream '{file}': {e.Message} Free some space, or let TMPDIR name another folder.", e);
        }

        return new DriftStream(device, file, labels);
    }
}
