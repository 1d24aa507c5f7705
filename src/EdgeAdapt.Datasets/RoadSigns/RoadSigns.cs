namespace EdgeAdapt.Datasets;

/// <summary>
/// A set of road-sign pictures that needs no download: ten classes, drawn on demand, 32 x 32 RGB. Frame i of a seed is
/// always the same picture, on every platform, and the same scene under every condition.
/// </summary>
public static class RoadSigns
{
    /// <summary>Height and width of a picture in pixels.</summary>
    public const int Size = 32;

    /// <summary>Values in one picture: 32 · 32 · 3.</summary>
    public const int FrameLength = Size * Size * 3;

    private const int ScenePurpose = 0;
    private const int WeatherPurpose = 1;

    /// <summary>The classes in the order of the labels.</summary>
    public static IReadOnlyList<string> ClassNames { get; } = [.. SignCatalog.Signs.Select(s => s.Name)];

    /// <summary>Draws one picture.</summary>
    /// <param name="seed">Which world; training, testing and streaming use different ones.</param>
    /// <param name="index">Which picture of it, 0 or more.</param>
    /// <param name="condition">The drift.</param>
    /// <param name="pixels">Receives uint8 <c>[32, 32, 3]</c>, red first: exactly <see cref="FrameLength"/> values.</param>
    /// <returns>The class, 0 to 9; each is equally likely.</returns>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    public static int RenderFrame(long seed, long index, RoadSignCondition condition, Span<byte> pixels)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        if (pixels.Length != FrameLength)
        {
            throw new ArgumentException($"A picture has {FrameLength} values; there is room for {pixels.Length}.", nameof(pixels));
        }

        var random = new SceneRandom(seed, index, ScenePurpose);
        int label = random.Below(ClassNames.Count);
        SceneImage image = SceneRenderer.Draw(random, label);
        SceneWeather.Apply(image, new SceneRandom(seed, index, WeatherPurpose), condition.Weather, condition.Strength);
        image.CopyTo(pixels);
        return label;
    }

    /// <summary>Draws pictures 0 … <paramref name="count"/> − 1 of a seed.</summary>
    /// <param name="seed">Which world.</param>
    /// <param name="count">How many; 0 gives none.</param>
    /// <param name="condition">The drift.</param>
    /// <param name="cancellation">Stops the drawing of a large set.</param>
    /// <exception cref="OperationCanceledException">The drawing was stopped.</exception>
    public static LabeledFrames Render(long seed, int count, RoadSignCondition condition, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        byte[] pixels = new byte[checked(count * FrameLength)];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            labels[i] = RenderFrame(seed, i, condition, pixels.AsSpan(i * FrameLength, FrameLength));
        }

        return new LabeledFrames(pixels, labels, Size, Size);
    }
}
