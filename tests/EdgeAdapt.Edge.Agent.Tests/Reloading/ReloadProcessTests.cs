using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeAdapt.Testing.Metrics;

namespace EdgeAdapt.Edge.Agent.Tests.Reloading;

public sealed class ReloadProcessTests : IDisposable
{
    private readonly AgentFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Run_HangUpDuringTheStart_ReadsTheSettingsOnceItRuns()
    {
        string file = _files.File("settings.json");
        string token = _files.File("token");
        string report = _files.File("report.jsonl");
        await File.WriteAllTextAsync(file, """{ "entropy-high": 0.3 }""");
        using (Process made = Process.Start("mkfifo", [token]))
        {
            await made.WaitForExitAsync();
        }

        string[] arguments = [.. _files.Settings(("report", report), ("http", "127.0.0.1:0"), ("http-token-file", token)).SelectMany(s => new[] { "--" + s.Key, s.Value! }), "--config", file];
        await using AgentProcess agent = AgentProcess.Start(arguments);

        // Opens once the agent has come to reading it, and holds it there; what the settings read later is a file.
        await using (FileStream pipe = await Task.Run(() => new FileStream(token, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)).WaitAsync(TimeSpan.FromSeconds(60)))
        {
            await File.WriteAllTextAsync(_files.File("next"), "0123456789abcdef0123");
            File.Move(_files.File("next"), token, overwrite: true);
            await agent.SignalAsync("HUP");
            await pipe.WriteAsync("0123456789abcdef0123\n"u8.ToArray());
        }

        await agent.SaidAsync("[1013]");
        await agent.TerminateAsync();
        Assert.Equal(0, await agent.ExitAsync());
    }

    [Fact]
    public async Task Run_SettingsThatAreRefused_TurnTheMetricToZeroUntilGoodOnesAreThere()
    {
        string file = _files.File("settings.json");
        await File.WriteAllTextAsync(file, """{ "entropy-high": 0.3 }""");
        string[] arguments = [.. _files.Settings(("http", "127.0.0.1:0")).SelectMany(s => new[] { "--" + s.Key, s.Value! }), "--config", file];
        await using AgentProcess agent = AgentProcess.Start(arguments);
        await agent.SaidAsync("http://127.0.0.1:");
        using var http = new HttpClient { BaseAddress = new Uri(Regex.Match(agent.Output, @"http://127\.0\.0\.1:\d+").Value) };
        Assert.Equal(1, await ValidAsync(http));
        await File.WriteAllTextAsync(file, """{ "entropy-hihg": 0.3 }""");
        await agent.SignalAsync("HUP");
        await agent.SaidAsync("[1012]");
        Assert.Equal(0, await ValidAsync(http));
        await File.WriteAllTextAsync(file, """{ "entropy-high": 0.4 }""");
        await agent.SignalAsync("HUP");
        await agent.SaidAsync("[1011]");
        Assert.Equal(1, await ValidAsync(http));
    }

    [Fact]
    public async Task Run_SettingsThatChange_AreTakenOverWithoutLosingAFrame()
    {
        string file = _files.File("settings.json");
        string report = _files.File("report.jsonl");
        await File.WriteAllTextAsync(file, """{ "entropy-high": 0.0001, "entropy-low": "none", "entropy-warm-up": "none" }""");
        string[] arguments = [.. _files.Settings(("report", report), ("rate", "200")).SelectMany(s => new[] { "--" + s.Key, s.Value! }), "--loop", "--config", file];
        await using AgentProcess agent = AgentProcess.Start(arguments);
        await agent.ReportedAsync(report, l => l.Contains("\"frame\":20,", StringComparison.Ordinal));

        await File.WriteAllTextAsync(file, """{ "entropy-high": 1, """);
        await agent.ReportedAsync(report, l => l.Contains("\"settingsFault\":\"Cannot read", StringComparison.Ordinal));
        await agent.SaidAsync("[1012]");

        // By a signal this time, which does not wait for the file to stand still.
        await File.WriteAllTextAsync(file, """{ "entropy-high": 1, "entropy-low": "none", "entropy-warm-up": "none", "log-level": "debug" }""");
        await agent.SignalAsync("HUP");
        await agent.ReportedAsync(report, l => l.Contains("\"uploaded\":true", StringComparison.Ordinal));
        await agent.ReportedAsync(report, l => l.Contains("\"type\":\"status\"", StringComparison.Ordinal) && !l.Contains("settingsFault", StringComparison.Ordinal) && !l.Contains("\"selected\":0,", StringComparison.Ordinal));
        await agent.SaidAsync("entropy-high from '0.0001' to '1'");
        await agent.TerminateAsync();
        Assert.Equal(0, await agent.ExitAsync());
        Assert.Contains("dbug", agent.Output, StringComparison.Ordinal);

        JsonElement[] answers = [.. AgentProcess.Lines(report).Select(l => JsonDocument.Parse(l).RootElement).Where(l => l.GetProperty("type").GetString() == "answer")];
        Assert.Equal(Enumerable.Range(0, answers.Length).Select(i => (long)i), answers.Select(a => a.GetProperty("frame").GetInt64()));
        Assert.All(answers, a => Assert.False(a.TryGetProperty("failed", out _)));
        bool[] kept = [.. answers.Select(a => a.GetProperty("uploaded").GetBoolean())];
        int first = Array.IndexOf(kept, true);
        Assert.True(first > 20 && kept[..first].All(k => !k));
    }

    private static async Task<double> ValidAsync(HttpClient http) =>
        ExpositionParser.Parse(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative)), openMetrics: false).Value("edgeadapt_settings_valid");
}
