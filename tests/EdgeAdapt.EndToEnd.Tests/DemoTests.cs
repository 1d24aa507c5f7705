using System.Text.Json;
using EdgeAdapt.Demo.Processes;

namespace EdgeAdapt.EndToEnd.Tests;

/// <summary>The demo as its users run it.</summary>
public sealed class DemoTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgeadapt-e2e-");

    [BrokerFact]
    public async Task Demo_DriftingRoadSigns_AdaptedAgentsBeatTheUnadaptedModel()
    {
        string json = File("d.json"), log = File("demo.log");
        await using ChildProcess demo = Programs.Start(
            Programs.Cli, log, ["demo", "--json", json, "--out", File("out"), "--rate", "30", "--frames-per-phase", "160", "--seed", "5"], Temporary());

        int code = await Within.ExitAsync(demo, 150);
        Assert.True(code == 0, $"exit code {code}\n{await System.IO.File.ReadAllTextAsync(log)}");

        using var document = JsonDocument.Parse(await System.IO.File.ReadAllTextAsync(json));
        JsonElement root = document.RootElement;
        double source = root.GetProperty("accuracy").GetProperty("source").GetDouble(), adapted = root.GetProperty("accuracy").GetProperty("adapted").GetDouble();
        long seen = root.GetProperty("samples").GetProperty("seen").GetInt64(), uploaded = root.GetProperty("samples").GetProperty("uploaded").GetInt64();
        Assert.True(adapted > source, $"{adapted} with adaptation, {source} without");
        Assert.Equal(2 * 7 * 160, seen);
        Assert.InRange(uploaded, 1, (seen / 2) - 1);
        Assert.Equal(uploaded, root.GetProperty("samples").GetProperty("acknowledged").GetInt64());
        Assert.Equal(0, root.GetProperty("requests").GetProperty("failed").GetInt64());
        Assert.InRange(root.GetProperty("parameterSets").GetInt32(), 1, int.MaxValue);
        Assert.InRange(root.GetProperty("bytes").GetProperty("up").GetInt64(), 1, seen * 32 * 32 * 3);
        Assert.InRange(root.GetProperty("bytes").GetProperty("down").GetInt64(), 1, long.MaxValue);
        Assert.Contains("<svg", await System.IO.File.ReadAllTextAsync(Path.Combine(File("out"), "report.html")), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Temporary()));
    }

    [BrokerFact]
    public async Task Demo_Interrupted_EndsItsProcessesAndRemovesItsFolder()
    {
        await using ChildProcess demo = StartLongDemo();
        int[] children = await ChildrenAsync(demo);

        Assert.True(await demo.StopAsync(TimeSpan.FromSeconds(20), TimeProvider.System));
        Assert.Equal(130, await demo.Exited);
        Assert.Contains("stopped", demo.LastLines(1)[0], StringComparison.Ordinal);
        Assert.DoesNotContain(children, IsAlive);
        Assert.Empty(Directory.GetFileSystemEntries(Temporary()));
    }

    [BrokerFact]
    public async Task Demo_Killed_LeavesNoProcess()
    {
        await using ChildProcess demo = StartLongDemo();
        int[] children = await ChildrenAsync(demo);

        using var process = System.Diagnostics.Process.GetProcessById(demo.Id);
        process.Kill(entireProcessTree: false);
        await demo.Exited;
        await Within.SecondsAsync(10, "the end of its processes", () => !children.Any(IsAlive));
    }

    [Theory]
    [InlineData("--data /nowhere/data", "--data needs models", "--data: there is no folder '/nowhere/data'")]
    [InlineData("--rate 0 --seed -1", "--rate is 0", "--seed is -1")]
    [InlineData("--frames-per-phase five", "five", "--help")]
    [InlineData("--mean 0.5,0.5,0.5", "--mean and --std", "--help")]
    public async Task Demo_WrongOptions_SaysWhatIsWrongInOneLine(string options, params string[] parts)
    {
        await using ChildProcess demo = Programs.Start(Programs.Cli, File("demo.log"), ["demo", .. options.Split(' ')], Temporary());
        Assert.Equal(2, await Within.ExitAsync(demo, 30));
        string line = Assert.Single(demo.LastLines(10));
        Assert.StartsWith("edgeadapt demo: ", line, StringComparison.Ordinal);
        Assert.All(parts, part => Assert.Contains(part, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Demo_ModelThatIsNoModel_NamesItAndTheRemedy()
    {
        string model = File("broken.onnx");
        await System.IO.File.WriteAllTextAsync(model, "not a model");
        string data = MakeData();
        await using ChildProcess demo = Programs.Start(Programs.Cli, File("demo.log"), ["demo", "--data", data, "--student", model, "--teacher", model], Temporary());
        Assert.Equal(1, await Within.ExitAsync(demo, 30));
        Assert.Contains($"'{model}' is not an ONNX model", Assert.Single(demo.LastLines(10)), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Temporary()));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string File(string name) => Path.Combine(_folder.FullName, name);

    private string Temporary() => Directory.CreateDirectory(File("tmp")).FullName;

    private string MakeData()
    {
        string data = Directory.CreateDirectory(File("data")).FullName;
        Datasets.NpyFile.Write(Path.Combine(data, "fog.npy"), new(Datasets.NpyElementType.UInt8, new byte[20 * 8 * 8 * 3], 20, 8, 8, 3));
        Datasets.NpyFile.Write(Path.Combine(data, "labels.npy"), new(Datasets.NpyElementType.UInt8, new byte[20], 20));
        return data;
    }

    private ChildProcess StartLongDemo() =>
        Programs.Start(Programs.Cli, File("demo.log"), ["demo", "--out", File("out"), "--rate", "5", "--frames-per-phase", "500"], Temporary());

    // Broker, cloud service and both agents.
    private static async Task<int[]> ChildrenAsync(ChildProcess demo)
    {
        int[] children = [];
        await Within.SecondsAsync(60, "four processes of the demo", () => (children = ChildrenOf(demo.Id)).Length == 4, () => string.Join('\n', demo.LastLines(10)));
        return children;
    }

    private static int[] ChildrenOf(int parent) =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!))
            .Where(id => StatOf(id) is { } stat && stat[1] == $"{parent}" && stat[0] != "Z"),
    ];

    private static bool IsAlive(int id) => StatOf(id) is { } stat && stat[0] != "Z";

    // State and parent of a process; the name before them may hold blanks and parentheses.
    private static string[]? StatOf(int id)
    {
        try
        {
            string stat = System.IO.File.ReadAllText($"/proc/{id}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
