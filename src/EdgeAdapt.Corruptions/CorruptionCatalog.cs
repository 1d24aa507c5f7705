namespace EdgeAdapt.Corruptions;

/// <summary>The corruptions by name.</summary>
public static class CorruptionCatalog
{
    /// <summary>The 15 standard corruptions in their customary order.</summary>
    public static IReadOnlyList<Corruption> Standard { get; } =
    [
        new GaussianNoise(), new ShotNoise(), new ImpulseNoise(), new DefocusBlur(), new GlassBlur(), new MotionBlur(), new ZoomBlur(),
        new Snow(), new Frost(), new Fog(), new Brightness(), new Contrast(), new ElasticTransform(), new Pixelate(), new JpegCompression(),
    ];

    /// <summary>The 4 extra ones, meant for tuning without touching the standard ones.</summary>
    public static IReadOnlyList<Corruption> Extra { get; } = [new SpeckleNoise(), new GaussianBlur(), new Spatter(), new Saturate()];

    /// <summary>The standard corruptions, then the extra ones.</summary>
    public static IReadOnlyList<Corruption> All { get; } = [.. Standard, .. Extra];

    /// <summary>The corruption of that name, or null.</summary>
    public static Corruption? Find(string name) => All.FirstOrDefault(c => c.Name == name);
}
