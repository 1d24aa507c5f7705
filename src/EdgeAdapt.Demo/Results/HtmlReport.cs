using System.Net;
using System.Text;
using EdgeAdapt.Plots;
using EdgeAdapt.Demo.Statistics;

namespace EdgeAdapt.Demo.Results;

/// <summary>Writes a run up as one HTML page that needs nothing else: styles and drawings are inside it.</summary>
internal static class HtmlReport
{
    /// <summary>Writes the page.</summary>
    public static string Render(RunRecord run, DemoResult result)
    {
        var page = new StringBuilder();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        page.Append($"<title>EdgeAdapt demo, {result.Started:yyyy-MM-dd HH:mm} UTC</title>\n<style>\n{ReportStyle.Css}</style>\n</head>\n<body>\n<main>\n");
        AddHead(page, result);
        AddTiles(page, result);
        foreach ((Plot plot, string caption) in ReportPlots.Of(run, result.Settings.FramesPerSecond))
        {
            page.Append($"<figure>\n<h2>{Text(plot.Title)}</h2>\n<p class=\"caption\">{Text(caption)}</p>\n{SvgPlot.Render(plot)}</figure>\n");
        }

        AddPhases(page, result);
        AddAgents(page, result);
        AddSettings(page, result);
        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static void AddHead(StringBuilder page, DemoResult result)
    {
        page.Append("<header>\n<p class=\"product\">EdgeAdapt demo</p>\n");
        string headline = result.Accuracy is { Source: { } source, Adapted: { } adapted }
            ? adapted > source
                ? $"Adaptation raised accuracy from {Figures.Percent(source)} to {Figures.Percent(adapted)}"
                : $"Adaptation did not help: {Figures.Percent(source)} without, {Figures.Percent(adapted)} with"
            : "The run ended without a comparison";
        page.Append($"<h1>{Text(headline)}</h1>\n");
        page.Append($"<p>{Text($"{result.Agents.Count} edge agents, {result.Samples.Seen:#,0} frames of {result.Settings.Data}, {Figures.Clock(TimeSpan.FromSeconds(result.Seconds))} min, {result.Started:d MMMM yyyy, HH:mm} UTC")}</p>\n");
        page.Append(result.Passed
            ? "<p class=\"verdict good\"><span>Passed</span> Adaptation helped, no request failed, every upload was acknowledged.</p>\n"
            : $"<div class=\"verdict bad\"><span>Failed</span><ul>{string.Concat(result.Reasons.Select(r => $"<li>{Text(r)}</li>"))}</ul></div>\n");
        page.Append("</header>\n");
    }

    private static void AddTiles(StringBuilder page, DemoResult result)
    {
        page.Append("<dl class=\"tiles\">\n");
        AddTile(page, "Without", Figures.Percent(result.Accuracy.Source), "accuracy of the model as it came", "source");
        AddTile(page, "With", Figures.Percent(result.Accuracy.Adapted), $"accuracy with adaptation: {Figures.Gain(result.Accuracy.Source, result.Accuracy.Adapted)} points", "adapted");
        AddTile(page, "Uploaded", Figures.Percent(result.Samples.Seen == 0 ? null : (double)result.Samples.Uploaded / result.Samples.Seen),
            $"{result.Samples.Uploaded:#,0} of {result.Samples.Seen:#,0} frames", "");
        AddTile(page, "Sent up", Figures.Bytes(result.Bytes.Up), "images and statistics", "");
        AddTile(page, "Sent down", Figures.Bytes(result.Bytes.Down), $"{result.ParameterSets} parameter sets", "");
        AddTile(page, "Swap, median", Figures.Milliseconds(result.SwapMilliseconds.P50), $"p99 {Figures.Milliseconds(result.SwapMilliseconds.P99)}", "");
        AddTile(page, "Failed requests", result.Requests.Failed.ToString("#,0"), $"of {result.Samples.Seen:#,0}", "");
        page.Append("</dl>\n");
    }

    private static void AddTile(StringBuilder page, string name, string value, string note, string style) =>
        page.Append($"<div class=\"tile {style}\"><dt>{Text(name)}</dt><dd>{Text(value)}<small>{Text(note)}</small></dd></div>\n");

    private static void AddPhases(StringBuilder page, DemoResult result)
    {
        page.Append("<section>\n<h2>By phase</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th>Phase</th><th>Frames</th><th>Without adaptation</th><th>With adaptation</th><th>Gain, points</th><th>Uploaded</th></tr></thead>\n<tbody>\n");
        foreach (PhaseResult phase in result.Phases)
        {
            AddPhase(page, phase, "");
        }

        var overall = new PhaseResult("Overall", (int)result.Samples.Seen, result.Accuracy, (int)result.Samples.Uploaded,
            result.Samples.Seen == 0 ? null : (double)result.Samples.Uploaded / result.Samples.Seen);
        AddPhase(page, overall, " class=\"total\"");
        page.Append("</tbody>\n</table></div>\n</section>\n");
    }

    private static void AddPhase(StringBuilder page, PhaseResult phase, string attributes)
    {
        (double? source, double? adapted) = phase.Accuracy;
        string sign = adapted > source ? "up" : adapted < source ? "down" : "";
        page.Append($"<tr{attributes}><th scope=\"row\">{Text(phase.Name)}</th><td>{phase.Frames:#,0}</td><td>{Figures.Percent(source)}</td><td>{Figures.Percent(adapted)}</td>");
        page.Append($"<td class=\"{sign}\">{Figures.Gain(source, adapted)}</td><td>{Figures.Percent(phase.UploadedFraction)}</td></tr>\n");
    }

    private static void AddAgents(StringBuilder page, DemoResult result)
    {
        page.Append("<section>\n<h2>By agent</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th>Agent</th><th>Frames</th><th>Without</th><th>With</th><th>Uploaded</th><th>Sent up</th><th>Sent down</th><th>Last version</th><th>Parameter swaps</th><th>Statistics swaps</th><th>Refused sets</th><th>Failed</th></tr></thead>\n<tbody>\n");
        foreach (AgentResult a in result.Agents)
        {
            page.Append($"<tr><th scope=\"row\">{Text(a.Device)}</th><td>{a.Frames:#,0}</td><td>{Figures.Percent(a.Accuracy.Source)}</td><td>{Figures.Percent(a.Accuracy.Adapted)}</td>");
            page.Append($"<td>{a.Uploaded:#,0}</td><td>{Figures.Bytes(a.Bytes.Up)}</td><td>{Figures.Bytes(a.Bytes.Down)}</td><td>{a.Version}</td>");
            page.Append($"<td>{a.ParameterSwaps}</td><td>{a.StatisticsSwaps}</td><td>{a.Refused}</td><td>{a.Failed}</td></tr>\n");
        }

        page.Append("</tbody>\n</table></div>\n</section>\n");
    }

    private static void AddSettings(StringBuilder page, DemoResult result)
    {
        RunSettings s = result.Settings;
        page.Append("<footer>\n<h2>How it was run</h2>\n");
        page.Append($"<p>{Text($"A Mosquitto broker, the cloud service and {result.Agents.Count} edge agents ran as processes of their own on this machine ({Environment.ProcessorCount} cores) and spoke MQTT 5 over loopback. Student {s.Student}, teacher {s.Teacher}; {s.FramesPerSecond:0.##} frames a second and {s.FramesPerPhase} frames a phase for each agent; seed {s.Seed}. The unadapted model answered the very same frames.")}</p>\n</footer>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
