using System.Text.Json;

namespace EdgeAdapt.Cli.Tests;

public sealed class InspectVerbTests : IDisposable
{
    private readonly CommandLine _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Inspect_Student_CountsLayersParametersAndOperators()
    {
        CommandLineResult result = await CommandLine.RunAsync("inspect", CommandLine.Student, "--json", _run.File("i.json"));
        result.AssertSucceeds();
        JsonElement report = JsonDocument.Parse(File.ReadAllBytes(_run.File("i.json"))).RootElement;
        Assert.Equal([6, 6, 6, 12, 12], report.GetProperty("layers").EnumerateArray().Select(l => l.GetProperty("channels").GetInt32()));
        Assert.Equal((84, 84), (report.GetProperty("trainedParameters").GetInt32(), report.GetProperty("statistics").GetInt32()));
        Assert.True(report.GetProperty("trainable").GetBoolean());
        Assert.Contains(report.GetProperty("operators").EnumerateArray(), o => o.GetProperty("operator").GetString() == "BatchNormalization" && o.GetProperty("nodes").GetInt32() == 5);
        Assert.Contains("5 normalization layers", result.Output, StringComparison.Ordinal);
        Assert.Contains("blocks.1.bn2", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_NotOnnx_OneLineAndCode1() =>
        (await CommandLine.RunAsync("inspect", CommandLine.Samples)).AssertFails(ExitCode.Failure, "not an ONNX model");

    [Fact]
    public async Task RoadSigns_SmallExport_IsAFolderForEvaluate()
    {
        string folder = _run.File("signs");
        (await CommandLine.RunAsync("roadsigns", "--out", folder, "--training-count", "0", "--test-count", "3")).AssertSucceeds();
        Datasets.CorruptionFolder drift = Datasets.CorruptionFolder.Open(Path.Combine(folder, "drift"));
        Assert.Equal(3, drift.Count);
        Assert.Contains("fog", drift.Corruptions);
    }

    [Fact]
    public async Task Bench_NoSuchPython_OneLineAndCode1() =>
        (await CommandLine.RunAsync("bench", "step", "--python", "/nonexistent/python3")).AssertFails(ExitCode.Failure, "edgeadapt bench step:", "/nonexistent/python3", "--python");
}
