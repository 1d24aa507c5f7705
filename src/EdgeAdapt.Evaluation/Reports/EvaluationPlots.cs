using EdgeAdapt.Plots;

namespace EdgeAdapt.Evaluation;

/// <summary>The plots of a report: what is drawn, over which axes. Accuracies in percent.</summary>
internal static class EvaluationPlots
{
    /// <summary>Accuracy of each method on each condition, one place on the axis a condition.</summary>
    /// <param name="rows">Rows of one protocol and batch.</param>
    /// <param name="styles">The style of each method by its name.</param>
    public static Plot ByCorruption(IReadOnlyList<EvaluationRow> rows, IReadOnlyDictionary<string, string> styles)
    {
        string[] corruptions = [.. rows.Select(r => r.Corruption).Distinct()];
        double lowest = 100 * rows.GroupBy(r => (r.Method, r.Delay, r.Upload, r.Corruption)).Min(g => g.Average(r => r.Accuracy));
        return new Plot
        {
            Title = "Accuracy on each condition",
            XLabel = "Condition",
            YLabel = "Accuracy, %",
            XStart = -0.5,
            XEnd = corruptions.Length - 0.5,
            YStart = Math.Floor(lowest / 10) * 10,
            YEnd = 100,
            XTicks = [.. corruptions.Select((c, i) => new PlotTick(i, c))],
            Series =
            [
                .. rows.GroupBy(r => SummaryName.Of(r.Method, r.Delay, r.Upload)).Select(g => new PlotSeries(
                    g.Key, styles[g.Key],
                    [.. corruptions.Select((c, i) => ((double)i, 100 * g.Where(r => r.Corruption == c).Average(r => r.Accuracy)))]) { Marks = true }),
            ],
        };
    }

    /// <summary>Accuracy of each method against the bytes it sends, and the front of those that none beats in both.</summary>
    /// <param name="summaries">Summaries of one protocol and batch.</param>
    /// <param name="styles">The style of each method by its name.</param>
    public static Plot AgainstBytes(IReadOnlyList<EvaluationSummary> summaries, IReadOnlyDictionary<string, string> styles)
    {
        double[] accuracies = [.. summaries.Select(s => 100 * s.Compared)];
        double margin = Math.Max(1, (accuracies.Max() - accuracies.Min()) / 10);
        return new Plot
        {
            Title = "Accuracy against bytes",
            XLabel = "Bytes up and down for each image seen",
            YLabel = "Accuracy, %",
            XStart = 0,
            XEnd = Math.Max(1, summaries.Max(s => s.BytesPerImage) * 1.05),
            YStart = Math.Floor(Math.Max(0, accuracies.Min() - margin)),
            YEnd = Math.Ceiling(Math.Min(100, accuracies.Max() + margin)),
            Series =
            [
                new PlotSeries("Pareto front", "frontier", Front(summaries)),
                .. summaries.Select(s => new PlotSeries(SummaryName.Of(s), styles[SummaryName.Of(s)], [(s.BytesPerImage, 100 * s.Compared)]) { Joined = false, Marks = true, Named = true }),
            ],
        };
    }

    /// <summary>Accuracy along a stream through all conditions.</summary>
    /// <param name="timelines">Streams of one protocol, batch and seed.</param>
    /// <param name="styles">The style of each method by its name.</param>
    public static Plot OverTime(IReadOnlyList<EvaluationTimeline> timelines, IReadOnlyDictionary<string, string> styles)
    {
        IReadOnlyList<TimelineWindow> windows = timelines[0].Windows;
        return new Plot
        {
            Title = "Accuracy over time",
            XLabel = "Images seen",
            YLabel = "Accuracy, %",
            XEnd = windows.Sum(w => w.Images),
            YEnd = 100,
            Bands = Bands(windows),
            Series =
            [
                .. timelines.Select(t => new PlotSeries(SummaryName.Of(t.Method, t.Delay, t.Upload), styles[SummaryName.Of(t.Method, t.Delay, t.Upload)], Points(t.Windows))),
            ],
        };
    }

    // A staircase: until the next method's bytes are spent, its accuracy is not to be had.
    private static (double, double)[] Front(IReadOnlyList<EvaluationSummary> summaries)
    {
        var points = new List<(double X, double Y)>();
        foreach ((double x, double y) in summaries.Where(s => s.OnFront).Select(s => (s.BytesPerImage, 100 * s.Compared)).Order())
        {
            if (points.Count > 0)
            {
                points.Add((x, points[^1].Y));
            }

            points.Add((x, y));
        }

        return [.. points];
    }

    private static IReadOnlyList<PlotBand> Bands(IReadOnlyList<TimelineWindow> windows)
    {
        var bands = new List<PlotBand>();
        double at = 0;
        for (int i = 0; i < windows.Count; i++)
        {
            double end = at + windows[i].Images;
            bool goesOn = i > 0 && (windows[i].Corruption, windows[i].Round) == (windows[i - 1].Corruption, windows[i - 1].Round);
            if (goesOn)
            {
                bands[^1] = bands[^1] with { To = end };
            }
            else
            {
                bands.Add(new PlotBand(windows[i].Corruption, at, end));
            }

            at = end;
        }

        return bands.Count > 1 ? bands : [];
    }

    // Single windows of a hundred images jump by several points; five together show where a method goes.
    private static (double, double)[] Points(IReadOnlyList<TimelineWindow> windows)
    {
        const int Together = 5;
        var points = new (double, double)[windows.Count];
        double at = 0;
        for (int i = 0; i < windows.Count; i++)
        {
            at += windows[i].Images;
            TimelineWindow[] last = [.. windows.Take(i + 1).TakeLast(Together).Where(w => (w.Corruption, w.Round) == (windows[i].Corruption, windows[i].Round))];
            points[i] = (at - (windows[i].Images / 2.0), 100.0 * last.Sum(w => w.Correct) / last.Sum(w => w.Images));
        }

        return points;
    }
}
