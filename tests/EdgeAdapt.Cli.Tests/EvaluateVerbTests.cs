using System.Text.Json;
using EdgeAdapt.Datasets;

namespace EdgeAdapt.Cli.Tests;

public sealed class EvaluateVerbTests : IDisposable
{
    private const int Images = 100;
    private const string AllMethods = "source,bn,statistics,tent,eta,cema,edgeadapt";
    private readonly CommandLine _run = new();

    public EvaluateVerbTests()
    {
        Directory.CreateDirectory(_run.File("data"));
        var random = new Random(3);
        foreach (string name in new[] { "fog", "snow", "clean" })
        {
            // Each image around a colour of its own, so that answers and entropies differ.
            byte[] pixels = new byte[Images * 8 * 8 * 3];
            for (int i = 0; i < pixels.Length; i++)
            {
                int colour = (i / 192 * 53) + (i % 3 * 71 * (i / 192 % 4));
                pixels[i] = (byte)Math.Clamp((colour % 200) + random.Next(56), 0, 255);
            }

            NpyFile.Write(_run.File($"data/{name}.npy"), NpyArray.Of(pixels, Images, 8, 8, 3));
        }

        NpyFile.Write(_run.File("data/labels.npy"), NpyArray.Of([.. Enumerable.Range(0, Images).Select(i => (long)(i % 5))], Images));
    }

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Evaluate_AllMethods_WritesARowEachAndRepeatsExactly()
    {
        JsonElement first = await EvaluateAsync("a", "--methods", AllMethods);
        JsonElement[] rows = [.. first.GetProperty("rows").EnumerateArray()];
        Assert.Equal(
            AllMethods.Split(',').SelectMany(m => new[] { "snow", "fog", "clean" }.Select(c => (m, c))),
            rows.Select(r => (r.GetProperty("method").GetString()!, r.GetProperty("corruption").GetString()!)));
        Assert.All(rows, r =>
        {
            Assert.InRange(r.GetProperty("accuracy").GetDouble(), 0, 1);
            Assert.InRange(r.GetProperty("uploadedFraction").GetDouble(), 0, 1);
            Assert.True(r.GetProperty("seconds").GetDouble() >= 0);
        });
        Assert.All(rows.Take(9), r => Assert.Equal((0, 0L, 0L), (r.GetProperty("uploadedFraction").GetDouble(), r.GetProperty("bytesUp").GetInt64(), r.GetProperty("bytesDown").GetInt64())));
        Assert.All(rows.Skip(9).Take(3), r => Assert.Equal((1, Images * 192L), (r.GetProperty("uploadedFraction").GetDouble(), r.GetProperty("bytesUp").GetInt64())));
        Assert.All(rows.Skip(12), r => Assert.InRange(r.GetProperty("uploadedFraction").GetDouble(), 0, 0.999));
        JsonElement second = await EvaluateAsync("b", "--methods", AllMethods);
        Assert.Equal(rows.Select(WithoutSeconds), second.GetProperty("rows").EnumerateArray().Select(WithoutSeconds));
    }

    [Fact]
    public async Task Evaluate_Summary_IsTheMeanWithoutClean()
    {
        JsonElement report = await EvaluateAsync("a", "--methods", "source,bn");
        foreach (JsonElement summary in report.GetProperty("summary").EnumerateArray())
        {
            double[] accuracies =
            [
                .. report.GetProperty("rows").EnumerateArray()
                    .Where(r => r.GetProperty("method").GetString() == summary.GetProperty("method").GetString() && r.GetProperty("corruption").GetString() != "clean")
                    .Select(r => r.GetProperty("accuracy").GetDouble()),
            ];
            Assert.Equal(2, summary.GetProperty("corruptions").GetInt32());
            Assert.Equal(accuracies.Average(), summary.GetProperty("accuracy").GetDouble(), 1e-12);
        }
    }

    [Fact]
    public async Task Evaluate_Continual_CarriesOverWhatResetForgets()
    {
        JsonElement reset = await EvaluateAsync("a", "--methods", "eta", "--protocol", "reset", "--batch", "20");
        JsonElement continual = await EvaluateAsync("b", "--methods", "eta", "--protocol", "continual", "--batch", "20");
        Assert.Equal(Accuracy(reset, "snow"), Accuracy(continual, "snow"));
        Assert.NotEqual(
            reset.GetProperty("rows").EnumerateArray().Select(WithoutSeconds), continual.GetProperty("rows").EnumerateArray().Select(WithoutSeconds));
    }

    [Fact]
    public async Task Evaluate_Limit_UsesTheFirstImages()
    {
        JsonElement report = await EvaluateAsync("a", "--methods", "source", "--limit", "10");
        Assert.Equal(10, report.GetProperty("images").GetInt32());
        Assert.All(report.GetProperty("rows").EnumerateArray(), r => Assert.Equal(0, r.GetProperty("accuracy").GetDouble() * 10 % 1, 1e-9));
    }

    [Fact]
    public async Task Evaluate_Table_ShowsMethodsAndTheMean()
    {
        CommandLineResult result = await RunAsync("a", "--methods", "source,statistics");
        Assert.Contains("mean of 2 without clean", result.Output, StringComparison.Ordinal);
        Assert.Contains("statistics", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_Lists_MeasureEveryCombinationAndKeepItForTheNextRun()
    {
        string results = _run.File("runs");
        string[] arguments = ["--methods", "source,cema", "--protocol", "reset,noshift", "--batch", "8,32", "--delay", "0,3", "--limit", "32", "--results", results];
        JsonElement first = await EvaluateAsync("a", arguments);
        string[] summaries =
        [
            .. first.GetProperty("summary").EnumerateArray().Select(s =>
                $"{s.GetProperty("protocol").GetString()} {s.GetProperty("batch").GetInt32()} {s.GetProperty("method").GetString()} {s.GetProperty("delay").GetInt32()}"),
        ];
        Assert.Equal(
            new[] { "reset", "noShift" }.SelectMany(p => new[] { 8, 32 }.SelectMany(b => new[] { $"{p} {b} source 0", $"{p} {b} cema 0", $"{p} {b} cema 3" })), summaries);
        Assert.All(new[] { "report.json", "report.md", "report.html" }, f => Assert.True(File.Exists(Path.Combine(results, f))));
        byte[] html = File.ReadAllBytes(Path.Combine(results, "report.html"));
        CommandLineResult again = await RunAsync("b", arguments);
        Assert.Contains("24 of 24 cells", again.Output, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(_run.File("a.json")), File.ReadAllBytes(_run.File("b.json")));
        Assert.Equal(html, File.ReadAllBytes(Path.Combine(results, "report.html")));
    }

    [Fact]
    public async Task Evaluate_LongRunToAFile_SaysHowMuchIsLeft()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        await CommandLineApplication.RunAsync(
            ["evaluate", "--student", CommandLine.Student, "--data", _run.File("data"), "--methods", "source", "--threads", "1", "--batch", "10"],
            Verbs.AllVerbs.Create(), CommandContext.Of(output, error, new SlowTime()));
        Assert.Contains("min left", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_Stopped_KeepsFinishedCellsAndGoesOn()
    {
        using var stop = new CancellationTokenSource();
        using var output = new StringWriter();
        using var error = new StringWriter();
        string[] arguments =
        [
            "evaluate", "--student", CommandLine.Student, "--data", _run.File("data"), "--mean", "0.5,0.5,0.5", "--std", "0.3,0.3,0.3",
            "--methods", "source,tent", "--batch", "10", "--threads", "1", "--results", _run.File("runs"), "--json", _run.File("a.json"),
        ];
        int code = await CommandLineApplication.RunAsync(
            arguments, Verbs.AllVerbs.Create(), CommandContext.Of(output, error, new StoppingTime(stop, looks: 40)), stop.Token);
        Assert.Equal((int)ExitCode.Cancelled, code);
        Assert.Contains("the same command goes on from there", error.ToString(), StringComparison.Ordinal);
        int kept = Directory.GetFiles(_run.File("runs/cells"), "*.json").Length;
        Assert.InRange(kept, 1, 5);
        CommandLineResult again = await CommandLine.RunAsync(arguments);
        again.AssertSucceeds();
        Assert.Contains($"{kept} of 6 cells", again.Output, StringComparison.Ordinal);
        Assert.Equal(6, Json("a").GetProperty("rows").GetArrayLength());
    }

    [Fact]
    public async Task Evaluate_BadData_OneLineAndCode1()
    {
        File.Delete(_run.File("data/labels.npy"));
        (await RunAsync("a", "--methods", "bn")).AssertFails(ExitCode.Failure, "labels.npy");
    }

    // Figures of the original PyTorch code on these files, in stored order: source 18.6 %, batch statistics 51.9 %; statistics alone must beat both.
    [SharedDataFact]
    public async Task Evaluate_GaussianNoise_ReachesThePublishedFigures()
    {
        Directory.CreateDirectory(_run.File("noise"));
        foreach (string file in new[] { "gaussian_noise.npy", "labels.npy" })
        {
            File.CreateSymbolicLink(_run.File($"noise/{file}"), SharedData.File($"cifar10c/{file}"));
        }

        CommandLineResult result = await CommandLine.RunAsync(
            "evaluate", "--student", SharedData.File("models/resnet20_cifar10.onnx"), "--data", _run.File("noise"),
            "--mean", "0.485,0.456,0.406", "--std", "0.229,0.224,0.225", "--methods", "source,bn,statistics", "--json", _run.File("noise.json"));
        result.AssertSucceeds();
        double[] accuracies = [.. Json("noise").GetProperty("rows").EnumerateArray().Select(r => r.GetProperty("accuracy").GetDouble())];
        Assert.Equal(0.186, accuracies[0], 0.002);
        Assert.Equal(0.519, accuracies[1], 0.002);
        Assert.InRange(accuracies[2], 0.54, 0.57);
    }

    /// <summary>Stops the run at a certain look at the clock.</summary>
    private sealed class StoppingTime(CancellationTokenSource stop, int looks) : TimeProvider
    {
        private int _looks;

        public override long GetTimestamp()
        {
            _looks++;
            if (_looks == looks)
            {
                stop.Cancel();
            }

            return base.GetTimestamp();
        }
    }

    /// <summary>Each look at the clock takes ten seconds.</summary>
    private sealed class SlowTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks += 10 * TimeSpan.TicksPerSecond;
    }

    private static string WithoutSeconds(JsonElement row) =>
        string.Join(' ', row.EnumerateObject().Where(p => p.Name != "seconds").Select(p => p.Value.GetRawText()));

    private static double Accuracy(JsonElement report, string corruption) =>
        report.GetProperty("rows").EnumerateArray().First(r => r.GetProperty("corruption").GetString() == corruption).GetProperty("accuracy").GetDouble();

    private async Task<JsonElement> EvaluateAsync(string name, params string[] more)
    {
        (await RunAsync(name, more)).AssertSucceeds();
        return Json(name);
    }

    private JsonElement Json(string name) => JsonDocument.Parse(File.ReadAllBytes(_run.File($"{name}.json"))).RootElement;

    private Task<CommandLineResult> RunAsync(string name, params string[] more) => CommandLine.RunAsync(
    [
        "evaluate", "--student", CommandLine.Student, "--teacher", CommandLine.Teacher, "--data", _run.File("data"),
        "--mean", "0.5,0.5,0.5", "--std", "0.3,0.3,0.3", "--json", _run.File($"{name}.json"), .. more,
    ]);
}
