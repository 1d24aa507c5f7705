namespace EdgeAdapt.Observability.Prometheus;

/// <summary>Names of instruments and attributes as Prometheus takes them.</summary>
internal static class MetricName
{
    private const string Total = "_total";

    /// <summary>The name of a family: the instrument's with its unit spelt out, without <c>_total</c>.</summary>
    public static string Of(MetricFamily family)
    {
        string name = Sanitize(family.Name, ':');
        if (family.Kind == MetricKind.Counter && name.EndsWith(Total, StringComparison.Ordinal))
        {
            name = name[..^Total.Length];
        }

        string? unit = UnitOf(family);
        return unit is null || name.EndsWith("_" + unit, StringComparison.Ordinal) ? name : $"{name}_{unit}";
    }

    /// <summary>The unit spelt out; null for none. A unit in braces is a remark.</summary>
    public static string? UnitOf(MetricFamily family) => family.Unit switch
    {
        "s" => "seconds",
        "ms" => "milliseconds",
        "By" => "bytes",
        "1" when family.Kind == MetricKind.Gauge => "ratio",
        "nat" => "nats",
        _ => null,
    };

    /// <summary>The name of a label.</summary>
    public static string OfLabel(string name) => Sanitize(name, '_');

    private static string Sanitize(string name, char alsoAllowed)
    {
        string clean = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c == alsoAllowed ? c : '_'));
        return clean.Length == 0 || char.IsAsciiDigit(clean[0]) ? "_" + clean : clean;
    }
}
