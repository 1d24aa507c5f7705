using EdgeAdapt.Datasets;

namespace EdgeAdapt.Demo.Streams;

/// <summary>Streams procedurally drawn road signs through a day of weather.</summary>
internal sealed class RoadSignDrift : IDriftSource
{
    // Far from the seeds of the models' training and test sets, so that no frame of the demo was ever trained on.
    private const long FirstSeed = 1_000_000;

    private readonly RoadSignCondition[] _conditions = [.. RoadSignSequence.Day(FirstSeed, 1).Phases.Select(p => p.Condition)];

    /// <inheritdoc/>
    public string Description => "procedurally drawn road signs";

    /// <inheritdoc/>
    public IReadOnlyList<string> Phases => [.. _conditions.Select(NameOf)];

    /// <inheritdoc/>
    public int MaximumFrames => 100_000;

    /// <inheritdoc/>
    public (int Height, int Width, int Channels) FrameSize => (RoadSigns.Size, RoadSigns.Size, 3);

    /// <inheritdoc/>
    public void Render(int phase, int seed, Span<byte> pixels, Span<int> labels)
    {
        for (int i = 0; i < labels.Length; i++)
        {
            long index = ((long)phase * MaximumFrames) + i;
            labels[i] = RoadSigns.RenderFrame(FirstSeed + seed, index, _conditions[phase], pixels.Slice(i * RoadSigns.FrameLength, RoadSigns.FrameLength));
        }
    }

    private static string NameOf(RoadSignCondition condition, int phase) => condition.Weather switch
    {
        RoadSignWeather.LowLight => "low light, noise",
        RoadSignWeather.Clean when phase > 0 => "clean again",
        _ => condition.Name.Replace('_', ' '),
    };
}
