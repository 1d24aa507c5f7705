using System.Text.Json;
using EdgeAdapt.Imaging;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Evaluation.Tests;

public sealed class BenchmarkTests : IDisposable
{
    private static readonly EvaluationOptions Options = new() { Methods = ["source", "statistics", "tent", "cema", "edgeadapt"], Batches = [16] };
    private readonly TinyData _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData(EvaluationProtocol.Reset, 3)]
    [InlineData(EvaluationProtocol.Continual, 3)]
    [InlineData(EvaluationProtocol.Mixed, 3)]
    [InlineData(EvaluationProtocol.Correlated, 3)]
    [InlineData(EvaluationProtocol.Recurring, 6)]
    [InlineData(EvaluationProtocol.NoShift, 1)]
    public void Run_Protocol_AnswersEveryImageOnceARound(EvaluationProtocol protocol, int rows)
    {
        EvaluationReport report = _data.Run(Options with { Methods = ["source", "tent"], Protocols = [protocol], Rounds = 2 });
        Assert.Equal(2 * rows, report.Rows.Count);
        Assert.All(report.Rows, r => Assert.Equal(TinyData.Images, r.Images));
        Assert.Equal(rows, report.Rows.Where(r => r.Method == "source").Select(r => (r.Corruption, r.Round)).Distinct().Count());

        // What a model without memory answers does not depend on the order.
        EvaluationReport stored = _data.Run(Options with { Methods = ["source"] });
        Assert.All(
            report.Rows.Where(r => r.Method == "source"),
            r => Assert.Equal(stored.Rows.Single(s => s.Corruption == r.Corruption).Accuracy, r.Accuracy));
    }

    [Fact]
    public void Run_ShiftedImages_AdaptationHelps()
    {
        EvaluationReport report = _data.Run(Options with { Methods = ["source", "statistics"], Batches = [32] });
        EvaluationSummary source = report.Summary[0], statistics = report.Summary[1];
        Assert.True(statistics.Accuracy > source.Accuracy + 0.1, $"{source.Accuracy} {statistics.Accuracy}");
        Assert.Equal(2, source.Corruptions);
        Assert.True(source.CleanAccuracy > 0.8);
    }

    [Fact]
    public void Run_OneOrThreeWorkers_GiveTheSameReport()
    {
        EvaluationOptions options = Options with { Protocols = [EvaluationProtocol.Reset, EvaluationProtocol.Mixed], Seeds = [1, 2] };
        Assert.Equal(Text(_data.Run(options with { Workers = 1 })), Text(_data.Run(options with { Workers = 3 })));
    }

    [Fact]
    public void Run_Interrupted_GoesOnToTheSameReport()
    {
        EvaluationOptions options = Options with { Methods = ["source", "cema"], Protocols = [EvaluationProtocol.Reset, EvaluationProtocol.Continual], Workers = 1 };
        string results = Path.Combine(_data.Folder, "results");
        using (var stop = new CancellationTokenSource())
        using (var benchmark = new Benchmark(_data.Subject(), options, results))
        {
            int batches = 0;
            Assert.Throws<OperationCanceledException>(() => benchmark.Run(
                _ =>
                {
                    batches++;
                    if (batches == 15)
                    {
                        stop.Cancel();
                    }
                }, stop.Token));
        }

        Assert.Equal(2, Directory.GetFiles(results, "*.json").Length);
        using var again = new Benchmark(_data.Subject(), options, results);
        Assert.Equal((2, 8), (again.Finished, again.Cells));
        Assert.Equal(Text(_data.Run(options)), Text(again.Run()));
        using var finished = new Benchmark(_data.Subject(), options, results);
        Assert.Equal((8, 0), (finished.Finished, finished.Steps));
        Assert.Equal(Text(_data.Run(options)), Text(finished.Run()));
    }

    [Fact]
    public void Run_ResultsOfAnotherSetup_AreNotTaken()
    {
        EvaluationOptions options = Options with { Methods = ["source"] };
        string results = Path.Combine(_data.Folder, "results");
        _data.Run(options, results);
        using (var same = new Benchmark(_data.Subject(), options with { Methods = ["source", "tent"] }, results))
        {
            Assert.Equal(3, same.Finished);
        }

        using (var limited = new Benchmark(_data.Subject(), options with { Limit = 10 }, results))
        {
            Assert.Equal(0, limited.Finished);
        }

        using (var other = new Benchmark(_data.Subject(TinyClassifier.Create(7)), options, results))
        {
            Assert.Equal(0, other.Finished);
        }

        File.WriteAllText(Directory.GetFiles(results)[0], "{ \"cell\": ");
        using var damaged = new Benchmark(_data.Subject(), options, results);
        Assert.Equal(2, damaged.Finished);
        Assert.Equal(Text(_data.Run(options)), Text(damaged.Run()));
    }

    [Fact]
    public void Run_Delay_ChangesMethodsWithACloudAlone()
    {
        EvaluationReport report = _data.Run(Options with { Methods = ["source", "cema"], Protocols = [EvaluationProtocol.Continual], Batches = [8], Delays = [0, 10] });
        Assert.Equal([("source", 0), ("cema", 0), ("cema", 10)], report.Summary.Select(s => (s.Method, s.Delay)));
        Assert.NotEqual(report.Timelines[1].Windows, report.Timelines[2].Windows);
        Assert.Contains("source", Assert.Single(report.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_UploadsAsPng_CountsTheEncodedBytes()
    {
        EvaluationOptions options = Options with { Methods = ["tent"], Corruptions = ["dark"] };
        using var encoder = new ImageEncoder();
        byte[] frames = TinyImages.Render(5, TinyData.Images, 0.45).Frames;
        long expected = Enumerable.Range(0, TinyData.Images)
            .Sum(i => (long)encoder.EncodePng(frames.AsMemory(i * TinyImages.FrameBytes, TinyImages.FrameBytes), TinyImages.Size, TinyImages.Size).Length);
        Assert.Equal(expected, _data.Run(options with { Uploads = [new UploadEncoding(UploadFormat.Png)] }).Rows.Single().BytesUp);
        Assert.Equal(TinyData.Images * (long)TinyImages.FrameBytes, _data.Run(options).Rows.Single().BytesUp);
    }

    [Fact]
    public void Run_SeveralUploads_MethodsWithACloudLearnFromWhatArrives()
    {
        UploadEncoding[] uploads = [new(UploadFormat.Raw), new(UploadFormat.Png), new(UploadFormat.Jpeg, 90), new(UploadFormat.Jpeg, 10)];
        EvaluationReport report = _data.Run(Options with { Methods = ["tent", "cema"], Batches = [8], Uploads = uploads });
        Assert.Equal([null, "raw", "png", "jpeg-90", "jpeg-10"], report.Summary.Select(s => s.Upload));
        EvaluationSummary raw = report.Summary[1], png = report.Summary[2], fine = report.Summary[3], coarse = report.Summary[4];

        // Without losses the cloud learns the same; each form has bytes of its own.
        Assert.Equal((raw.Accuracy, raw.UploadedFraction), (png.Accuracy, png.UploadedFraction));
        Assert.NotEqual(raw.BytesUp, png.BytesUp);
        Assert.True(coarse.BytesUp < fine.BytesUp, $"{coarse.BytesUp} {fine.BytesUp}");
        Assert.NotEqual(report.Rows.Where(r => r.Upload == "raw").Select(r => r.Uploaded), report.Rows.Where(r => r.Upload == "jpeg-10").Select(r => r.Uploaded));
        Assert.Contains("cema, jpeg-10", ReportOverview.Of(report).Methods);
    }

    [Theory]
    [InlineData("raw", "raw")]
    [InlineData("JPEG", "jpeg-95")]
    [InlineData("jpeg-1", "jpeg-1")]
    [InlineData("jpeg-0", null)]
    [InlineData("jpeg-101", null)]
    [InlineData("jpeg-", null)]
    [InlineData("webp", null)]
    public void Parse_UploadEncoding_TakesNamesOfFormatsAndQualities(string text, string? expected) => Assert.Equal(expected, UploadEncoding.Parse(text)?.Name);

    [Fact]
    public void Run_SetsInFloat16_CountHalfOfTheTensors()
    {
        EvaluationOptions options = Options with { Methods = ["tent"] };
        EvaluationReport whole = _data.Run(options), half = _data.Run(options with { Parameters = ParameterEncoding.Float16 });

        // Two layers of 12 channels with four tensors each.
        Assert.Equal(2 * 12 * 4 * 2, whole.ParameterSetBytes - half.ParameterSetBytes);
        Assert.All(whole.Rows.Zip(half.Rows), pair =>
        {
            Assert.Equal(TinyData.Images / 16, pair.First.ParameterSets);
            Assert.Equal(pair.First.ParameterSets * half.ParameterSetBytes, pair.Second.BytesDown);
        });
    }

    [Fact]
    public void Run_SeveralSeeds_SummarizesThem()
    {
        EvaluationReport report = _data.Run(Options with { Methods = ["tent"], Protocols = [EvaluationProtocol.Mixed], Seeds = [1, 2, 3] });
        EvaluationSummary summary = Assert.Single(report.Summary);
        Assert.Equal(3, summary.Seeds);
        double[] means = [.. report.Rows.Where(r => r.Corruption != "clean").GroupBy(r => r.Seed).Select(g => g.Average(r => r.Accuracy))];
        Assert.True(means.Distinct().Count() > 1);
        Assert.Equal(means.Average(), summary.Accuracy!.Value, 1e-12);
        Assert.Equal(Math.Sqrt(means.Sum(m => Math.Pow(m - means.Average(), 2)) / 2), summary.AccuracyDeviation!.Value, 1e-12);
    }

    private static string Text(EvaluationReport report) => JsonSerializer.Serialize(
        report with { Rows = [.. report.Rows.Select(r => r with { Seconds = 0 })], Summary = [.. report.Summary.Select(s => s with { Seconds = 0 })] }, EvaluationJson.Options);
}
