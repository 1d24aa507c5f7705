namespace EdgeAdapt.Datasets;

/// <summary>A kind of drift and how strong it is.</summary>
public sealed record RoadSignCondition
{
    /// <summary>The strongest severity.</summary>
    public const int MaximumSeverity = 5;

    /// <summary>The severity that the demo streams.</summary>
    public const int DefaultSeverity = 4;

    /// <summary>Creates a condition.</summary>
    /// <param name="weather">The kind of drift.</param>
    /// <param name="severity">1 to 5 (barely visible to strong); without effect on a clear day.</param>
    /// <exception cref="ArgumentOutOfRangeException">The severity is out of its range.</exception>
    public RoadSignCondition(RoadSignWeather weather, int severity = DefaultSeverity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(severity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(severity, MaximumSeverity);
        Weather = weather;
        Severity = severity;
    }

    /// <summary>A clear day.</summary>
    public static RoadSignCondition Clean { get; } = new(RoadSignWeather.Clean);

    /// <summary>The kind of drift.</summary>
    public RoadSignWeather Weather { get; }

    /// <summary>1 to 5.</summary>
    public int Severity { get; }

    /// <summary>The kind of drift as files and reports name it: "low_light".</summary>
    public string Name => Weather switch
    {
        RoadSignWeather.LowLight => "low_light",
        RoadSignWeather.MotionBlur => "motion_blur",
        _ => Weather.ToString().ToLowerInvariant(),
    };

    /// <summary>0 to 1, as the drawing uses it.</summary>
    internal double Strength => (double)Severity / MaximumSeverity;
}
