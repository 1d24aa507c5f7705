namespace EdgeAdapt.Demo.Plots;

/// <summary>A line plot over a shared x axis that starts at 0.</summary>
internal sealed record Plot
{
    /// <summary>What the plot shows; also its accessible name.</summary>
    public required string Title { get; init; }

    /// <summary>The x axis: quantity and unit.</summary>
    public required string XLabel { get; init; }

    /// <summary>The y axis: quantity and unit.</summary>
    public required string YLabel { get; init; }

    /// <summary>Where the x axis ends.</summary>
    public required double XEnd { get; init; }

    /// <summary>Where the y axis ends; null for the first tick above the highest value.</summary>
    public double? YEnd { get; init; }

    /// <summary>Whether the y axis counts things, so that ticks between whole numbers would mean nothing.</summary>
    public bool WholeY { get; init; }

    /// <summary>The lines.</summary>
    public required IReadOnlyList<PlotSeries> Series { get; init; }

    /// <summary>Shaded stretches behind the lines.</summary>
    public IReadOnlyList<PlotBand> Bands { get; init; } = [];

    /// <summary>How values of the y axis are written.</summary>
    public Func<double, string> FormatY { get; init; } = static y => y.ToString("#,0.##");
}
