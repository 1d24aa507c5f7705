using System.Globalization;
using System.Net;
using System.Text;
using EdgeAdapt.Plots;

namespace EdgeAdapt.Training;

/// <summary>A training log as one HTML page that needs nothing else: styles and drawings are inside it.</summary>
public static class TrainingReport
{
    private const int ScaleBins = 40;

    /// <summary>Writes the page.</summary>
    public static string Render(TrainingLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        EpochRecord last = log.Epochs[^1];
        var page = new StringBuilder();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        page.Append($"<title>EdgeAdapt training</title>\n<style>\n{ReportStyle.Css}</style>\n</head>\n<body>\n<main>\n");
        page.Append($"<header>\n<p class=\"product\">EdgeAdapt training</p>\n<h1>{Number(100 * last.TestAccuracy, 1)}\u00a0% on held-out images after {last.Epoch} epochs</h1>\n");
        page.Append($"<p>{Number(log.TrainedParameters, 0)} of {Number(log.Parameters, 0)} parameters trained ({log.Options.Part.ToString().ToLowerInvariant()}); ");
        page.Append($"{Number(100 * log.SmallScales, 1)}\u00a0% of γ end below 0.01.</p>\n</header>\n");
        Add(page, Curves(log, "Loss", "cross entropy, nats", e => e.TrainingLoss, e => e.TestLoss, null));
        Add(page, Curves(log, "Accuracy", "right answers, %", e => 100 * e.TrainingAccuracy, e => 100 * e.TestAccuracy, 100));
        Add(page, Scales(log));
        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static void Add(StringBuilder page, Plot plot) =>
        page.Append($"<figure>\n<h2>{WebUtility.HtmlEncode(plot.Title)}</h2>\n{SvgPlot.Render(plot)}</figure>\n");

    private static Plot Curves(TrainingLog log, string title, string unit, Func<EpochRecord, double> training, Func<EpochRecord, double> test, double? end) => new()
    {
        Title = title,
        XLabel = "epoch",
        YLabel = unit,
        XEnd = Math.Max(1, log.Epochs.Count),
        YEnd = end,
        Series =
        [
            new PlotSeries("training", PlotSeries.Numbered(0), [.. log.Epochs.Select(e => ((double)e.Epoch, training(e)))]) { Marks = true },
            new PlotSeries("held out", PlotSeries.Numbered(1), [.. log.Epochs.Select(e => ((double)e.Epoch, test(e)))]) { Marks = true },
        ],
    };

    private static Plot Scales(TrainingLog log)
    {
        double largest = Math.Max(0.1, log.Scales.Max(s => Math.Abs(s)));
        int[] counts = new int[ScaleBins];
        foreach (float scale in log.Scales)
        {
            counts[Math.Min(ScaleBins - 1, (int)(Math.Abs(scale) / largest * ScaleBins))]++;
        }

        return new Plot
        {
            Title = "Distribution of |γ| at the end",
            XLabel = "|γ|",
            YLabel = "channels",
            XEnd = largest,
            WholeY = true,
            Series = [new PlotSeries("channels", PlotSeries.Numbered(0), [.. counts.Select((c, i) => ((i + 0.5) * largest / ScaleBins, (double)c))]) { Marks = true }],
        };
    }

    private static string Number(double value, int digits) => value.ToString("N" + digits, CultureInfo.InvariantCulture);
}
