using System.Text.Json;

namespace EdgeAdapt.Demo.Reports;

/// <summary>Reads lines of an agent's report file.</summary>
internal static class AgentReportParser
{
    /// <summary>Reads one line.</summary>
    /// <returns>The report, or null for a kind that the demo does not use.</returns>
    /// <exception cref="FormatException">The line is not a report: no JSON object, or a field is missing or of another type.</exception>
    public static AgentReport? Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            JsonElement report = document.RootElement;
            return report.GetProperty("type").GetString() switch
            {
                "answer" => Answer(report),
                "status" => Status(report),
                "swap" => new SwapReport(
                    report.GetProperty("version").GetInt64(), report.GetProperty("kind").GetString() == "parameters", report.GetProperty("milliseconds").GetDouble()),
                "refused" => new RefusedReport(
                    report.TryGetProperty("version", out JsonElement version) ? version.GetInt64() : null, report.GetProperty("reason").GetString() ?? ""),
                "finished" => new FinishedReport(Status(report)),
                _ => null,
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"Not a line of an agent's report: {line[..Math.Min(line.Length, 120)]}", e);
        }
    }

    private static AnswerReport Answer(JsonElement report)
    {
        bool failed = report.TryGetProperty("failed", out JsonElement flag) && flag.GetBoolean();
        string? failure = !failed ? null : report.TryGetProperty("reason", out JsonElement reason) ? reason.GetString() ?? "" : "";
        return new AnswerReport(
            report.GetProperty("frame").GetInt32(),
            failed ? -1 : report.GetProperty("class").GetInt32(),
            failed ? 0 : report.GetProperty("version").GetInt64(),
            !failed && report.GetProperty("uploaded").GetBoolean(),
            failure);
    }

    private static StatusReport Status(JsonElement report) => new(
        report.TryGetProperty("connected", out JsonElement connected) && connected.GetBoolean(),
        report.GetProperty("outbox").GetInt64(),
        report.GetProperty("seen").GetInt64(),
        report.GetProperty("uploaded").GetInt64(),
        report.GetProperty("bytesUp").GetInt64(),
        report.GetProperty("bytesDown").GetInt64(),
        report.GetProperty("version").GetInt64(),
        report.TryGetProperty("dropped", out JsonElement dropped) ? dropped.GetInt64() : 0);
}
