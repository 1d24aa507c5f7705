using System.Text.Json;
using EdgeAdapt.Datasets;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.ParameterSets;

namespace EdgeAdapt.Cli.Tests;

public sealed class AdaptVerbTests : IDisposable
{
    private readonly CommandLine _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Adapt_SameInputsAndSeed_SameBytesOfSetAndLog()
    {
        foreach (string n in new[] { "a", "b" })
        {
            (await AdaptAsync(n, "--replay-minimum", "10", "--batch", "10", "--seed", "5")).AssertSucceeds();
        }

        Assert.Equal(File.ReadAllBytes(_run.File("a.safetensors")), File.ReadAllBytes(_run.File("b.safetensors")));
        Assert.Equal(File.ReadAllText(_run.File("a.json")), File.ReadAllText(_run.File("b.json")));
        (await AdaptAsync("c", "--replay-minimum", "10", "--batch", "10", "--seed", "6")).AssertSucceeds();
        Assert.NotEqual(File.ReadAllBytes(_run.File("a.safetensors")), File.ReadAllBytes(_run.File("c.safetensors")));
    }

    [Fact]
    public async Task Adapt_GoldenOptions_WritesThePyTorchLossesAndTensors()
    {
        CommandLineResult result = await AdaptAsync("a", "--replay", "0", "--batch", "8", "--statistics", "first-batch");
        result.AssertSucceeds();
        JsonElement golden = JsonDocument.Parse(File.ReadAllBytes(Checkout.Path("tests", "goldens", "cema", "cema-paper.json"))).RootElement;
        JsonElement log = JsonDocument.Parse(File.ReadAllBytes(_run.File("a.json"))).RootElement;
        Assert.Equal((48, 48, 0), (log.GetProperty("samples").GetInt32(), log.GetProperty("samplesTrained").GetInt32(), log.GetProperty("samplesLeft").GetInt32()));
        foreach ((JsonElement expected, JsonElement step) in golden.GetProperty("steps").EnumerateArray().Zip(log.GetProperty("steps").EnumerateArray()))
        {
            Assert.Equal("trained", step.GetProperty("outcome").GetString());
            foreach (string part in new[] { "teacherLoss", "entropyLoss", "distillationLoss", "pseudoLabelLoss" })
            {
                Assert.Equal(expected.GetProperty(part).GetDouble(), step.GetProperty(part).GetDouble(), 1e-3);
            }
        }

        ParameterSet set = ParameterSetFile.FromBytes(File.ReadAllBytes(_run.File("a.safetensors")));
        Assert.Equal(48, set.Manifest.SamplesSeen);
        Assert.Null(set.Manifest.Created);
        foreach (JsonProperty tensor in golden.GetProperty("student").EnumerateObject())
        {
            Assert.All(
                tensor.Value.EnumerateArray().Select(v => v.GetDouble()).Zip(set.Tensors[tensor.Name]),
                pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }
    }

    [Fact]
    public async Task Adapt_LeftoverSamples_AreReportedAndNotTrained()
    {
        CommandLineResult result = await AdaptAsync("a");
        result.AssertSucceeds();
        Assert.Contains("1 steps on 32 of 48 samples", result.Output, StringComparison.Ordinal);
        Assert.Contains("16 samples were left over", result.Output, StringComparison.Ordinal);
        Assert.Equal(16, JsonDocument.Parse(File.ReadAllBytes(_run.File("a.json"))).RootElement.GetProperty("samplesLeft").GetInt32());
    }

    [Fact]
    public async Task Adapt_Pixels_AreNormalizedAsGiven()
    {
        byte[] pixels = new byte[32 * 8 * 8 * 3];
        new Random(1).NextBytes(pixels);
        var normalization = new Normalization([0.4f, 0.5f, 0.6f], [0.2f, 0.25f, 0.3f]);
        NpyFile.Write(_run.File("u8.npy"), NpyArray.Of(pixels, 32, 8, 8, 3));
        NpyFile.Write(_run.File("f32.npy"), NpyArray.Of(Frames.ToTensor(pixels, 32, 8, 8, 3, normalization).Values, 32, 3, 8, 8));
        (await AdaptAsync("u8", "--samples", _run.File("u8.npy"), "--mean", "0.4,0.5,0.6", "--std", "0.2,0.25,0.3")).AssertSucceeds();
        (await AdaptAsync("f32", "--samples", _run.File("f32.npy"))).AssertSucceeds();
        Assert.Equal(File.ReadAllBytes(_run.File("u8.safetensors")), File.ReadAllBytes(_run.File("f32.safetensors")));
        (await AdaptAsync("x", "--samples", _run.File("u8.npy"), "--mean", "0.5,0.5,0.5")).AssertFails(ExitCode.Usage, "--std");
        (await AdaptAsync("x", "--samples", _run.File("u8.npy"), "--mean", "0.5", "--std", "0.2")).AssertFails(ExitCode.Usage, "3 channels");
    }

    [Fact]
    public async Task Adapt_BrokenSamples_AreLeftOutOrRefusedWhereNothingIsLeft()
    {
        float[] values = [.. Enumerable.Range(0, 40 * 192).Select(i => i / 192 % 5 == 0 && i < 8 * 192 ? float.NaN : MathF.Sin(i))];
        NpyFile.Write(_run.File("some.npy"), NpyArray.Of(values, 40, 3, 8, 8));
        CommandLineResult result = await AdaptAsync("a", "--samples", _run.File("some.npy"));
        result.AssertSucceeds();
        Assert.Contains("2 samples hold NaN", result.Output, StringComparison.Ordinal);
        Array.Fill(values, float.NaN);
        NpyFile.Write(_run.File("all.npy"), NpyArray.Of(values, 40, 3, 8, 8));
        (await AdaptAsync("b", "--samples", _run.File("all.npy"))).AssertFails(ExitCode.Failure, "NaN or infinite values");
        Assert.False(File.Exists(_run.File("b.safetensors")));
    }

    [Fact]
    public async Task Adapt_BadInput_OneLineAndCode1()
    {
        (await AdaptAsync("a", "--samples", CommandLine.Student)).AssertFails(ExitCode.Failure, "student.onnx", "NumPy");
        (await AdaptAsync("a", "--student", CommandLine.Samples)).AssertFails(ExitCode.Failure, "not an ONNX model");
        (await AdaptAsync("a", "--batch", "64")).AssertFails(ExitCode.Failure, "48 samples");
        (await AdaptAsync("a", "--alpha", "-1", "--momentum", "1")).AssertFails(ExitCode.Usage, "Alpha", "Momentum");
        (await AdaptAsync("a", "--statistics", "guess")).AssertFails(ExitCode.Usage, "first-batch");
        NpyFile.Write(_run.File("large.npy"), NpyArray.Of(new float[32 * 3 * 100], 32, 3, 10, 10));
        (await AdaptAsync("a", "--samples", _run.File("large.npy"))).AssertFails(ExitCode.Failure, "(3, 10, 10)");
    }

    [Fact]
    public async Task Adapt_Divergence_WritesNoSet()
    {
        CommandLineResult result = await AdaptAsync("a", "--batch", "8", "--student-lr", "1e30");
        result.AssertFails(ExitCode.Failure, "not finite", "learning rate");
        Assert.False(File.Exists(_run.File("a.safetensors")));
    }

    [Fact]
    public async Task Apply_OwnSet_GivesTheModelItsParameters()
    {
        (await AdaptAsync("a", "--batch", "8")).AssertSucceeds();
        (await ApplyAsync(CommandLine.Student, "a.safetensors")).AssertSucceeds();
        ParameterSet set = ParameterSetFile.FromBytes(File.ReadAllBytes(_run.File("a.safetensors")));
        NormalizationModel adapted = NormalizationModel.Of(OnnxModel.Load(_run.File("adapted.onnx")));
        Assert.Equal(set.Tensors[adapted.Layers[1].ScaleName], adapted.Source[1].Scale);
        Assert.Equal(set.Tensors[adapted.Layers[1].VarianceName], adapted.Source[1].Variance);
    }

    [Fact]
    public async Task Apply_WrongSet_IsRefused()
    {
        (await AdaptAsync("a", "--batch", "8")).AssertSucceeds();
        (await ApplyAsync(CommandLine.Teacher, "a.safetensors")).AssertFails(ExitCode.Failure, "belongs to the model");
        File.Copy(CommandLine.Samples, _run.File("b.safetensors"));
        (await ApplyAsync(CommandLine.Student, "b.safetensors")).AssertFails(ExitCode.Failure, "safetensors");
        (await ApplyAsync(CommandLine.Student, "missing.safetensors")).AssertFails(ExitCode.Failure, "missing.safetensors");
    }

    private Task<CommandLineResult> ApplyAsync(string model, string set) =>
        CommandLine.RunAsync("apply", "--model", model, "--set", _run.File(set), "--out", _run.File("adapted.onnx"));

    private Task<CommandLineResult> AdaptAsync(string name, params string[] more)
    {
        List<string> arguments =
        [
            "adapt", "--student", CommandLine.Student, "--teacher", CommandLine.Teacher, "--samples", CommandLine.Samples,
            "--out", _run.File($"{name}.safetensors"), "--json", _run.File($"{name}.json"),
        ];
        for (int i = 0; i < more.Length; i += 2)
        {
            int at = arguments.IndexOf(more[i]);
            if (at >= 0)
            {
                arguments[at + 1] = more[i + 1];
            }
            else
            {
                arguments.AddRange([more[i], more[i + 1]]);
            }
        }

        return CommandLine.RunAsync([.. arguments]);
    }
}
