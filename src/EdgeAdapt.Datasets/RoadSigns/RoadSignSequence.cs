namespace EdgeAdapt.Datasets;

/// <summary>A stream of road signs that drifts through phases. Every frame can be drawn on its own.</summary>
public sealed class RoadSignSequence
{
    private readonly int[] _ends;

    /// <summary>Creates a sequence.</summary>
    /// <param name="seed">Which world the signs come from; one that no model was trained on.</param>
    /// <param name="phases">The phases in their order, at least one.</param>
    /// <exception cref="ArgumentException">There is no phase, or one has no frame.</exception>
    public RoadSignSequence(long seed, IReadOnlyList<RoadSignPhase> phases)
    {
        ArgumentNullException.ThrowIfNull(phases);
        if (phases.Count == 0 || phases.Any(p => p.Frames < 1))
        {
            throw new ArgumentException("A sequence has at least one phase, and every phase at least one frame.", nameof(phases));
        }

        Seed = seed;
        Phases = phases;
        _ends = new int[phases.Count];
        int end = 0;
        for (int i = 0; i < phases.Count; i++)
        {
            end = checked(end + phases[i].Frames);
            _ends[i] = end;
        }
    }

    /// <summary>Which world the signs come from.</summary>
    public long Seed { get; }

    /// <summary>The phases in their order.</summary>
    public IReadOnlyList<RoadSignPhase> Phases { get; }

    /// <summary>The number of frames in all phases.</summary>
    public int FrameCount => _ends[^1];

    /// <summary>The day of the demo: clean → fog → low light with noise → motion blur → rain → snow → clean.</summary>
    /// <param name="seed">Which world the signs come from.</param>
    /// <param name="framesPerPhase">Frames in each of the seven phases, at least 1.</param>
    public static RoadSignSequence Day(long seed, int framesPerPhase) => new(
        seed,
        [
            .. new[]
            {
                RoadSignWeather.Clean, RoadSignWeather.Fog, RoadSignWeather.LowLight, RoadSignWeather.MotionBlur,
                RoadSignWeather.Rain, RoadSignWeather.Snow, RoadSignWeather.Clean,
            }.Select(weather => new RoadSignPhase(new RoadSignCondition(weather), framesPerPhase)),
        ]);

    /// <summary>The position in <see cref="Phases"/> of the phase that a frame belongs to.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The sequence has no such frame.</exception>
    public int PhaseOf(int frame)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(frame);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(frame, FrameCount);
        int found = Array.BinarySearch(_ends, frame + 1);
        return found < 0 ? ~found : found;
    }

    /// <summary>Draws one frame.</summary>
    /// <param name="frame">Its number, 0 to <see cref="FrameCount"/> − 1.</param>
    /// <param name="pixels">Receives uint8 <c>[32, 32, 3]</c>.</param>
    /// <returns>The class, 0 to 9.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The sequence has no such frame.</exception>
    public int RenderFrame(int frame, Span<byte> pixels) =>
        RoadSigns.RenderFrame(Seed, frame, Phases[PhaseOf(frame)].Condition, pixels);

    /// <summary>Draws all frames, in order.</summary>
    /// <exception cref="OperationCanceledException">The drawing was stopped.</exception>
    public LabeledFrames Render(CancellationToken cancellation = default)
    {
        byte[] pixels = new byte[checked(FrameCount * RoadSigns.FrameLength)];
        int[] labels = new int[FrameCount];
        for (int i = 0; i < labels.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            labels[i] = RenderFrame(i, pixels.AsSpan(i * RoadSigns.FrameLength, RoadSigns.FrameLength));
        }

        return new LabeledFrames(pixels, labels, RoadSigns.Size, RoadSigns.Size);
    }
}
