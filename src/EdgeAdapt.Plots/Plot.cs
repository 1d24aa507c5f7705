namespace EdgeAdapt.Plots;

/// <summary>A plot of one or more series over shared axes.</summary>
public sealed record Plot
{
    /// <summary>What the plot shows; also its accessible name.</summary>
    public required string Title { get; init; }

    /// <summary>The x axis: quantity and unit.</summary>
    public required string XLabel { get; init; }

    /// <summary>The y axis: quantity and unit.</summary>
    public required string YLabel { get; init; }

    /// <summary>Where the x axis starts.</summary>
    public double XStart { get; init; }

    /// <summary>Where the x axis ends, beyond <see cref="XStart"/>.</summary>
    public required double XEnd { get; init; }

    /// <summary>Where the y axis starts; lower values are drawn there.</summary>
    public double YStart { get; init; }

    /// <summary>Where the y axis ends; null for the first tick above the highest value. Higher values are drawn there.</summary>
    public double? YEnd { get; init; }

    /// <summary>Whether the y axis counts things, so that ticks between whole numbers would mean nothing.</summary>
    public bool WholeY { get; init; }

    /// <summary>Lines and points.</summary>
    public required IReadOnlyList<PlotSeries> Series { get; init; }

    /// <summary>Shaded stretches behind the series.</summary>
    public IReadOnlyList<PlotBand> Bands { get; init; } = [];

    /// <summary>Named places on the x axis in place of numbers, for example categories; empty for numbers.</summary>
    public IReadOnlyList<PlotTick> XTicks { get; init; } = [];

    /// <summary>How values of the x axis are written.</summary>
    public Func<double, string> FormatX { get; init; } = static x => x.ToString("#,0.##");

    /// <summary>How values of the y axis are written.</summary>
    public Func<double, string> FormatY { get; init; } = static y => y.ToString("#,0.##");
}
