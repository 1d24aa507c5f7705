namespace EdgeAdapt.Edge.Core.Guarding;

/// <summary>
/// Frames that new sets are tried on: recent ones, but of as many classes as the stream had. Where one must go for another it is the oldest of the class with the
/// most, so that a camera that looks at one scene for a week still has frames of what it saw before. Thread safe.
/// </summary>
/// <param name="capacity">Frames to keep; 0 keeps none.</param>
/// <param name="form">How they are kept.</param>
internal sealed class CanaryFrames(int capacity, PixelForm form)
{
    // Neighbouring frames are nearly the same; one of eight follows the stream and costs next to nothing.
    private const int Stride = 8;
    private readonly Lock _gate = new();
    private readonly List<(byte[] Pixels, int Class)> _frames = [];
    private long _seen;
    private long _changes;

    /// <summary>How many frames there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _frames.Count;
            }
        }
    }

    /// <summary>Frames taken in since the start; tells whether there is anything new to save.</summary>
    public long Changes => Interlocked.Read(ref _changes);

    /// <summary>Takes a frame: at first every one, later one of eight.</summary>
    /// <param name="image">Preprocessed <c>[3, H, W]</c>; it is copied.</param>
    /// <param name="answered">Its class as the last good set sees it.</param>
    public void Offer(ReadOnlySpan<float> image, int answered)
    {
        if (capacity == 0 || (Interlocked.Increment(ref _seen) % Stride != 0 && Count >= capacity))
        {
            return;
        }

        Add(form.ToPixels(image), answered);
    }

    /// <summary>Puts back what was saved.</summary>
    public void Restore(IReadOnlyList<(byte[] Pixels, int Class)> frames)
    {
        foreach ((byte[] pixels, int answered) in frames)
        {
            Add(pixels, answered);
        }
    }

    /// <summary>The frames, the oldest first.</summary>
    public IReadOnlyList<byte[]> All()
    {
        lock (_gate)
        {
            return [.. _frames.Select(f => f.Pixels)];
        }
    }

    private void Add(byte[] pixels, int answered)
    {
        lock (_gate)
        {
            if (_frames.Count >= capacity)
            {
                int crowded = _frames.Append((Pixels: pixels, Class: answered)).GroupBy(f => f.Class).MaxBy(g => g.Count())!.Key;
                int oldest = _frames.FindIndex(f => f.Class == crowded);
                _frames.RemoveAt(oldest < 0 ? 0 : oldest);
            }

            _frames.Add((pixels, answered));
            Interlocked.Increment(ref _changes);
        }
    }
}
