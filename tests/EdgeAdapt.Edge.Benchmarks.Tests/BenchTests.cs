using System.Diagnostics;
using System.Text.Json;

namespace EdgeAdapt.Edge.Benchmarks.Tests;

/// <summary>The benchmarks as a user runs them, with few frames: what they print is of a run, what is asserted holds for any.</summary>
public sealed class BenchTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgeadapt-bench-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Swap_FewSwapsUnderLoad_FailsAndMixesNothing()
    {
        JsonElement network = await RunAsync("swap", "--networks", "resnet20", "--requests", "400", "--swaps", "10", "--timed", "2");

        JsonElement load = network.GetProperty("load");
        Assert.Equal((400, 10, 0, 0), (Int(load, "requests"), Int(load, "swaps"), Int(load, "failed"), Int(load, "mixed")));
        JsonElement[] routes = [.. network.GetProperty("routes").EnumerateArray()];
        Assert.Equal(6, routes.Length);

        // The one that looks like a swap and is none: initializers are replaced after the model's own were folded.
        Assert.Equal("initializers replaced, folded", Assert.Single(routes, r => !r.GetProperty("isRight").GetBoolean()).GetProperty("route").GetString());
    }

    [Fact]
    public async Task Edge_OneRound_MeasuresBothSidesInProcessesOfTheirOwn()
    {
        JsonElement network = await RunAsync("edge", "--networks", "resnet20", "--rounds", "1", "--frames", "200");

        JsonElement bare = Assert.Single(network.GetProperty("bareRuns").EnumerateArray());
        JsonElement agent = Assert.Single(network.GetProperty("agentRuns").EnumerateArray());
        Assert.Equal((200, 200), (Int(bare, "frames"), Int(agent, "frames")));
        Assert.InRange(agent.GetProperty("residentBytes").GetInt64(), 1_000_000, agent.GetProperty("peakBytes").GetInt64());
        Assert.Equal(agent.GetProperty("rate").GetDouble() / bare.GetProperty("rate").GetDouble(), network.GetProperty("throughput").GetDouble(), 6);
        Assert.InRange(Int(agent, "statistics"), 1, 10);
    }

    [Theory]
    [InlineData("edge", "--rounds", "0")]
    [InlineData("edge", "--networks", "alexnet")]
    [InlineData("swap", "--requests", "7")]
    public async Task Bench_WrongArguments_SaysWhichInOneLine(params string[] arguments)
    {
        (int code, string output, string error) = await StartAsync(["bench", .. arguments]);
        Assert.Equal((2, string.Empty), (code, output));
        Assert.Contains($"See 'edgeadapt bench {arguments[0]} --help'.", Assert.Single(error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_OfBench_ListsEveryBenchmark()
    {
        (_, string output, _) = await StartAsync(["bench", "--help"]);
        Assert.All(["step", "gradients", "edge", "swap"], name => Assert.Contains($"  {name} ", output, StringComparison.Ordinal));
    }

    private static int Int(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private async Task<JsonElement> RunAsync(params string[] arguments)
    {
        string json = Path.Combine(_folder.FullName, "report.json");
        (int code, string output, string error) = await StartAsync(["bench", .. arguments, "--json", json]);
        Assert.True(code == 0, output + error);
        using JsonDocument document = JsonDocument.Parse(await File.ReadAllBytesAsync(json));
        return Assert.Single(document.RootElement.GetProperty("networks").EnumerateArray()).Clone();
    }

    private static async Task<(int Code, string Output, string Error)> StartAsync(IReadOnlyList<string> arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "EdgeAdapt.Edge.Benchmarks.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }
}
