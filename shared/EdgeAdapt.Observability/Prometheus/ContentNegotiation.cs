using System.Globalization;

namespace EdgeAdapt.Observability.Prometheus;

/// <summary>Chooses the format that a scraper asks for.</summary>
public static class ContentNegotiation
{
    private const string OpenMetrics = "application/openmetrics-text";

    /// <summary>The media type of a format.</summary>
    public static string MediaType(ExpositionFormat format) => format == ExpositionFormat.OpenMetrics
        ? OpenMetrics + "; version=1.0.0; charset=utf-8"
        : "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>OpenMetrics where the <c>Accept</c> header names it in version 1.0.0 and ranks nothing else above it; otherwise, and without a header, the text format.</summary>
    /// <param name="accept">The header's value, or null.</param>
    public static ExpositionFormat Choose(string? accept)
    {
        double open = 0;
        double text = 0;
        foreach (string entry in (accept ?? string.Empty).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = entry.Split(';', StringSplitOptions.TrimEntries);
            string type = parts[0].ToLowerInvariant();
            double quality = Quality(parts);
            if (type == OpenMetrics && (Parameter(parts, "version") ?? "1.0.0") is "1.0.0")
            {
                open = Math.Max(open, quality);
            }
            else if (type is "text/plain" or "text/*" or "*/*")
            {
                text = Math.Max(text, quality);
            }
        }

        return open > 0 && open >= text ? ExpositionFormat.OpenMetrics : ExpositionFormat.PrometheusText;
    }

    private static double Quality(string[] parts) =>
        Parameter(parts, "q") is not { } text ? 1
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double quality) ? Math.Min(quality, 1) : 0;

    private static string? Parameter(string[] parts, string name) =>
        parts.Skip(1).Select(p => p.Split('=', 2)).FirstOrDefault(p => p.Length == 2 && p[0].Trim().Equals(name, StringComparison.OrdinalIgnoreCase))?[1].Trim().Trim('"');
}
