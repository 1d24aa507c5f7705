using System.Globalization;
using System.Text;

namespace EdgeAdapt.Observability.Prometheus;

/// <summary>
/// Writes metrics as text. Names become Prometheus's: dots to underscores, the unit spelt out, <c>_total</c> behind a counter. Two instruments that
/// come to one name are one family, of which the first one's kind counts.
/// </summary>
public static class Exposition
{
    /// <summary>Writes a whole answer.</summary>
    /// <param name="families">What was collected.</param>
    /// <param name="target">Who it is about, the labels of <c>target_info</c>; empty leaves it out.</param>
    /// <param name="format">The format.</param>
    public static string Write(IReadOnlyList<MetricFamily> families, IReadOnlyList<KeyValuePair<string, object?>> target, ExpositionFormat format)
    {
        ArgumentNullException.ThrowIfNull(families);
        ArgumentNullException.ThrowIfNull(target);
        bool open = format == ExpositionFormat.OpenMetrics;
        var text = new StringBuilder();
        if (target.Count > 0)
        {
            string name = open ? "target" : "target_info";
            Head(text, name, null, "Who this is.", open ? "info" : "gauge", open);
            text.Append("target_info").Append(Labels(target)).Append(" 1\n");
        }

        foreach (IGrouping<string, MetricFamily> group in families.GroupBy(MetricName.Of).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            MetricFamily first = group.First();
            string suffix = first.Kind == MetricKind.Counter ? "_total" : string.Empty;
            Head(text, open ? group.Key : group.Key + suffix, MetricName.UnitOf(first), first.Description, first.Kind.ToString().ToLowerInvariant(), open);
            HashSet<string> written = new(StringComparer.Ordinal);
            foreach (MetricPoint point in group.Where(f => f.Kind == first.Kind).SelectMany(f => f.Points))
            {
                if (written.Add(Labels(point.Tags)))
                {
                    Point(text, group.Key + suffix, point);
                }
            }
        }

        return text.Append(open ? "# EOF\n" : string.Empty).ToString();
    }

    private static void Head(StringBuilder text, string name, string? unit, string? help, string type, bool open)
    {
        text.Append("# HELP ").Append(name).Append(' ').Append(Escape(help ?? string.Empty, quotes: open)).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        if (open && unit is not null)
        {
            text.Append("# UNIT ").Append(name).Append(' ').Append(unit).Append('\n');
        }
    }

    private static void Point(StringBuilder text, string name, MetricPoint point)
    {
        if (point.Buckets is not { } buckets)
        {
            text.Append(name).Append(Labels(point.Tags)).Append(' ').Append(Number(point.Value)).Append('\n');
            return;
        }

        long below = 0;
        for (int i = 0; i < buckets.Counts.Count; i++)
        {
            below += buckets.Counts[i];
            string bound = i < buckets.Bounds.Count ? Canonical(buckets.Bounds[i]) : "+Inf";
            text.Append(name).Append("_bucket").Append(Labels([.. point.Tags, new("le", bound)])).Append(' ').Append(below.ToString(CultureInfo.InvariantCulture)).Append('\n');
        }

        text.Append(name).Append("_sum").Append(Labels(point.Tags)).Append(' ').Append(Number(point.Value)).Append('\n');
        text.Append(name).Append("_count").Append(Labels(point.Tags)).Append(' ').Append(below.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    /// <summary>Labels in order of their names; values of names that come to the same are joined, since a name may stand once.</summary>
    private static string Labels(IReadOnlyList<KeyValuePair<string, object?>> tags) => tags.Count == 0 ? string.Empty
        : "{" + string.Join(',', tags.GroupBy(t => MetricName.OfLabel(t.Key)).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => $"{g.Key}=\"{Escape(string.Join(';', g.Select(t => Text(t.Value))), quotes: true)}\"")) + "}";

    private static string Text(object? value) => value switch
    {
        null => string.Empty,
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? string.Empty,
    };

    private static string Escape(string text, bool quotes)
    {
        text = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? text.Replace("\"", "\\\"", StringComparison.Ordinal) : text;
    }

    // A bound is also part of a series' name, so that it has to look the same everywhere: with a decimal point.
    private static string Canonical(double bound) => Number(bound) is var text && text.All(c => char.IsAsciiDigit(c) || c == '-') ? text + ".0" : text;

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : double.IsNaN(value) ? "NaN" : value.ToString("R", CultureInfo.InvariantCulture);
}
