using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using EdgeAdapt.Datasets;
using EdgeAdapt.Imaging;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Agent.Tests;

public sealed class AgentProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgeadapt-agent-").FullName;
    private readonly string _report;

    public AgentProcessTests()
    {
        _report = Path.Combine(_folder, "report.jsonl");
        File.WriteAllBytes(Path.Combine(_folder, "tiny.onnx"), TinyClassifier.CreateBytes());
        const int count = 100;
        byte[] pixels = TinyImages.Render(3, count).Frames;
        File.WriteAllBytes(Path.Combine(_folder, "frames.npy"), NpyFile.ToBytes(NpyArray.Of(pixels, count, TinyImages.Size, TinyImages.Size, 3)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Help_ShowsAnExample()
    {
        (int status, string output) = await AgentProcess.RunAsync("--help");
        Assert.Equal(0, status);
        Assert.Contains("edgeadapt edge --model", output, StringComparison.Ordinal);
        Assert.All(AgentSettings.All, s => Assert.Contains(s.Flag, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_UnknownFlagOrFaults_ExitsWithTwoAndSaysWhatToDo()
    {
        Assert.Equal(2, (await AgentProcess.RunAsync("--bogus")).Status);
        (int status, string output) = await AgentProcess.RunAsync("--model", "gone.onnx");
        Assert.Equal(2, status);
        Assert.Contains("'gone.onnx' does not exist", output, StringComparison.Ordinal);
        Assert.Contains("--source", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FileThatIsNoModelOrWrongFrames_ExitsWithTwoWithoutATrace()
    {
        File.WriteAllText(Path.Combine(_folder, "text.onnx"), "not a model");
        (int status, string output) = await AgentProcess.RunAsync([.. Arguments("--model", Path.Combine(_folder, "text.onnx"))]);
        Assert.Equal(2, status);
        Assert.Contains("not an ONNX model", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);

        File.WriteAllBytes(Path.Combine(_folder, "labels.npy"), NpyFile.ToBytes(NpyArray.Of(new long[] { 1, 2 }, 2)));
        (status, output) = await AgentProcess.RunAsync([.. Arguments("--source", Path.Combine(_folder, "labels.npy"))]);
        Assert.Equal(2, status);
        Assert.Contains("uint8 [N, H, W", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FiniteSource_EndsWithZeroAndAFinishedLine()
    {
        (int status, string output) = await AgentProcess.RunAsync([.. Arguments("--rate", "0")]);
        Assert.True(status == 0, output);
        string[] lines = AgentProcess.Lines(_report);
        Assert.Equal(100, lines.Count(l => l.StartsWith("{\"type\":\"answer\"", StringComparison.Ordinal)));
        Assert.StartsWith("{\"type\":\"finished\"", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SwitchOfTheFileTurnedOffOnTheCommandLine_IsOff()
    {
        string file = Path.Combine(_folder, "settings.json");
        File.WriteAllText(file, """{ "loop": true }""");
        (int status, string output) = await AgentProcess.RunAsync([.. Arguments("--rate", "0", "--config", file, "--loop=false", "--http-no-samples=true")]);
        Assert.True(status == 0, output);
        Assert.StartsWith("{\"type\":\"finished\"", AgentProcess.Lines(_report)[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_VariableThatIsNoSetting_ExitsWithTwoAndNamesIt()
    {
        (string, string)[] environment = [("EDGEADAPT_EDGE_TRUSTED_KEYS", "trusted.pub"), ("edgeadapt_edge_rate", "1"), ("EDGEADAPT_EDGE_DLL", "/agent.dll"), ("EDGEADAPT_EDGE_GROUP", "cameras")];
        (int status, string output) = await AgentProcess.RunAsync(environment, [.. Arguments("--rate", "0")]);
        Assert.Equal(2, status);
        Assert.Contains("The environment has EDGEADAPT_EDGE_TRUSTED_KEYS, edgeadapt_edge_rate, which is no setting", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_CollectorInTheEnvironmentAlone_IsSentTheMetrics()
    {
        using var collector = new TcpListener(IPAddress.Loopback, 0);
        collector.Start();
        (string, string)[] environment = [("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://{collector.LocalEndpoint}")];
        await using AgentProcess agent = AgentProcess.Start(environment, [.. Arguments("--rate", "0")]);

        // What is counted is sent at the end too; nothing is answered, and the agent ends all the same.
        using TcpClient client = await collector.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(60));
        using var request = new StreamReader(client.GetStream());
        Assert.Matches("^POST /v1/(metrics|traces) HTTP", await request.ReadLineAsync());
        Assert.Equal(0, await agent.ExitAsync());
    }

    [Fact]
    public async Task Run_Terminated_EndsWithZeroAndAFinishedLine()
    {
        await using AgentProcess agent = AgentProcess.Start([.. Arguments("--loop", "--rate", "50")]);
        await agent.ReportedAsync(_report, l => l.Contains("\"frame\":10,", StringComparison.Ordinal));
        await agent.TerminateAsync();
        Assert.Equal(0, await agent.ExitAsync());
        string last = AgentProcess.Lines(_report)[^1];
        Assert.Contains("\"reason\":\"stopped\"", last, StringComparison.Ordinal);
        Assert.Contains("\"failed\":0", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_PicturesPipedIn_AnswersEachAndEndsWithTheStream()
    {
        const int count = 30;
        byte[] pixels = TinyImages.Render(3, count).Frames;
        using var encoder = new ImageEncoder();
        await using AgentProcess agent = AgentProcess.Start([.. Arguments("--source", "-", "--rate", "0")]);
        for (int i = 0; i < count; i++)
        {
            ReadOnlyMemory<byte> frame = pixels.AsMemory(i * TinyImages.FrameBytes, TinyImages.FrameBytes);
            await agent.WriteAsync(i % 2 == 0 ? encoder.EncodePng(frame, TinyImages.Size, TinyImages.Size) : encoder.EncodeJpeg(frame, TinyImages.Size, TinyImages.Size));
        }

        agent.EndInput();
        int status = await agent.ExitAsync();
        Assert.True(status == 0, agent.Output);
        string[] lines = AgentProcess.Lines(_report);
        Assert.Equal(count, lines.Count(l => l.StartsWith("{\"type\":\"answer\"", StringComparison.Ordinal) && !l.Contains("\"failed\":true", StringComparison.Ordinal)));

        // The end of the stream, not a stop: without a broker what was selected stays on the disk.
        Assert.StartsWith("{\"type\":\"finished\"", lines[^1], StringComparison.Ordinal);
        Assert.Contains("\"reason\":\"drain timeout\"", lines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("\"outbox\":0,", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_RawFramesPipedIn_StopsWhileThePipeIsSilent()
    {
        await using AgentProcess agent = AgentProcess.Start([.. Arguments("--source", "-", "--stdin-frames", $"{TinyImages.Size}x{TinyImages.Size}", "--live")]);
        await agent.WriteAsync(TinyImages.Render(3, 1).Frames);
        await agent.ReportedAsync(_report, l => l.Contains("\"frame\":0,", StringComparison.Ordinal));
        await agent.TerminateAsync();
        Assert.Equal(0, await agent.ExitAsync());
        Assert.Contains("\"reason\":\"stopped\"", AgentProcess.Lines(_report)[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_HttpWithoutSource_AnswersUntilTerminated()
    {
        string[] arguments = [.. Arguments("--http", "127.0.0.1:0").Where(a => a != "--source" && !a.EndsWith(".npy", StringComparison.Ordinal))];
        await using AgentProcess agent = AgentProcess.Start(arguments);
        await agent.ReportedAsync(_report, l => l.Contains("\"type\":\"status\"", StringComparison.Ordinal));
        await agent.SaidAsync("http://127.0.0.1:");
        using var http = new HttpClient { BaseAddress = new Uri(Regex.Match(agent.Output, @"http://127\.0\.0\.1:\d+").Value) };
        string pixels = string.Join(',', TinyImages.Render(3, 1).Frames);
        using var content = new StringContent($$"""{"inputs":[{"name":"images","shape":[1,12,12,3],"datatype":"UINT8","data":[{{pixels}}]}]}""");
        HttpResponseMessage response = await http.PostAsync(new Uri("/v2/models/tiny/infer", UriKind.Relative), content);
        string answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, answer);
        Assert.Contains("\"logits\"", answer, StringComparison.Ordinal);
        await agent.TerminateAsync();
        Assert.Equal(0, await agent.ExitAsync());
        string[] lines = AgentProcess.Lines(_report);
        Assert.Single(lines, l => l.StartsWith("{\"type\":\"answer\"", StringComparison.Ordinal));
        Assert.Contains("\"reason\":\"stopped\"", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_HttpPortInUse_ExitsWithTwoAndSaysWhatToDo()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        (int status, string output) = await AgentProcess.RunAsync([.. Arguments("--http", taken.LocalEndpoint.ToString()!)]);
        Assert.Equal(2, status);
        Assert.Contains("--http", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_KilledAndStartedAgain_KeepsItsOutbox()
    {
        // Port 1 refuses: nothing leaves the outbox.
        string[] arguments = [.. Arguments("--loop", "--rate", "200", "--broker", "127.0.0.1:1", "--entropy-high", "1", "--entropy-low", "0")];
        await using (AgentProcess agent = AgentProcess.Start(arguments))
        {
            await agent.ReportedAsync(_report, l => l.Contains("\"frame\":150,", StringComparison.Ordinal));
            agent.Kill();
            await agent.ExitAsync();
        }

        int stored = Directory.EnumerateFiles(Path.Combine(_folder, "state", "outbox"), "*.sample").Count();
        Assert.True(stored > 0);
        File.Delete(_report);
        await using AgentProcess again = AgentProcess.Start(arguments);
        await again.ReportedAsync(_report, l => l.Contains("\"type\":\"status\"", StringComparison.Ordinal));
        await again.SaidAsync($"Outbox: {stored} samples");
        await again.SaidAsync("127.0.0.1:1");
        await again.TerminateAsync();
        Assert.Equal(0, await again.ExitAsync());
    }

    private IEnumerable<string> Arguments(params string[] more)
    {
        Dictionary<string, string?> flags = new()
        {
            ["--model"] = Path.Combine(_folder, "tiny.onnx"),
            ["--source"] = Path.Combine(_folder, "frames.npy"),
            ["--state"] = Path.Combine(_folder, "state"),
            ["--report"] = _report,
            ["--device"] = "cam-1",
            ["--broker"] = "none",
            ["--mean"] = "0,0,0",
            ["--std"] = "1,1,1",
            ["--threads"] = "1",
        };
        for (int i = 0; i < more.Length; i++)
        {
            bool alone = i + 1 == more.Length || more[i + 1].StartsWith("--", StringComparison.Ordinal);
            flags[more[i]] = alone ? null : more[++i];
        }

        return flags.SelectMany(f => f.Value is null ? [f.Key] : new[] { f.Key, f.Value });
    }
}
