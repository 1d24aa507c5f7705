using EdgeAdapt.Plots;
using EdgeAdapt.Demo.Statistics;

namespace EdgeAdapt.Demo.Results;

/// <summary>The plots of the report: what is drawn, over which axes.</summary>
internal static class ReportPlots
{
    private const int Window = 40;

    /// <summary>The plots with a sentence each on how to read them.</summary>
    public static IReadOnlyList<(Plot Plot, string Caption)> Of(RunRecord run, double framesPerSecond)
    {
        PlotBand[] bands = [.. run.Phases.Select(p => new PlotBand(p.Name, p.First, p.End))];
        int window = Math.Clamp(run.Phases.Min(p => p.Count) / 3, 1, Window);
        string x = $"Frame of the stream ({framesPerSecond:0.##} a second, each agent)";
        Plot With(string title, string y, IReadOnlyList<PlotSeries> series) =>
            new() { Title = title, XLabel = x, YLabel = y, XEnd = run.Frames, Series = series, Bands = bands };
        return
        [
            (With("Accuracy", "Accuracy, %",
            [
                new PlotSeries("with adaptation", "adapted", Scale(RunSeries.Accuracy(run, window, t => t.AdaptedAccuracy), 100)),
                new PlotSeries("without", "source", Scale(RunSeries.Accuracy(run, window, t => t.SourceAccuracy), 100)),
            ]) with { YEnd = 100 }, $"Share of right answers over the last {window} frames of each agent, both models on the same frames."),
            (With("Samples uploaded", "Samples, all agents", [new PlotSeries("uploaded so far", "adapted", RunSeries.Uploads(run))]) with { WholeY = true },
                $"Samples that the entropy filter chose, of {run.Overall.Frames:#,0} frames seen."),
            (With("Bytes over the network", "Bytes, all agents",
            [
                new PlotSeries("up: samples and statistics", "first", RunSeries.Counter(run, s => s.BytesUp)),
                new PlotSeries("down: parameter sets", "second", RunSeries.Counter(run, s => s.BytesDown)),
            ]) with { FormatY = y => Figures.Bytes(y) }, "Payloads and topics of MQTT messages; what moves after the last frame, while uploads drain, counts at its end."),
            (With("Parameter version in use", "Version",
                [.. run.Agents.Select((a, i) => new PlotSeries(a.Device, i == 0 ? "first" : "second", RunSeries.Versions(a)))]) with { WholeY = true },
                "The version of the cloud's parameter set that answered each frame; 0 is the model as it came."),
        ];
    }

    private static (double, double)[] Scale(IReadOnlyList<(double X, double Y)> points, double factor) =>
        [.. points.Select(p => (p.X, p.Y * factor))];
}
