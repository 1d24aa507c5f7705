using System.Text.Json;
using EdgeAdapt.Datasets;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.ParameterSets;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Cli.Tests;

public sealed class PrepareVerbTests : IDisposable
{
    private static readonly string[] Unchanged = ["--mean", "0,0,0", "--std", "1,1,1"];
    private readonly CommandLine _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task PrepareAndApply_QuantizedModel_GivesAnIntegerModelWithTheSet()
    {
        (byte[] frames, int[] labels) = TinyImages.Render(1, 100);
        OnnxModel quantized = QuantizedModelBuilder.Quantize(FoldedModel.Of(TinyClassifier.Create()), TinyClassifier.ToTensor(frames), new QuantizationForm { PerChannel = true });
        File.WriteAllBytes(_run.File("int8.onnx"), quantized.ToBytes());
        WriteImages(_run.File("images.npy"), frames, labels.Length);

        CommandLineResult result = await CommandLine.RunAsync(
            ["prepare", "--model", _run.File("int8.onnx"), "--samples", _run.File("images.npy"), "--out", _run.File("prepared.onnx"), "--json", _run.File("log.json"), .. Unchanged]);

        result.AssertSucceeds();
        Assert.Contains("2 of 2 convolutions have a layer now", result.Output, StringComparison.Ordinal);
        Assert.Contains("2 of them are quantized", result.Output, StringComparison.Ordinal);
        JsonElement log = JsonDocument.Parse(File.ReadAllBytes(_run.File("log.json"))).RootElement;
        Assert.Equal(100, log.GetProperty("samples").GetInt32());
        Assert.All(log.GetProperty("convolutions").EnumerateArray(), c => Assert.True(c.GetProperty("quantized").GetBoolean()));

        NormalizationModel model = NormalizationModel.Of(OnnxModel.Load(_run.File("prepared.onnx")));
        LayerParameters[] changed = [.. model.Source.Select(s => s with { Mean = [.. s.Mean.Select(m => m + 0.1f)] })];
        var manifest = new ParameterSetManifest { BaseModelSha256 = model.Model.Sha256, Version = 1 };
        File.WriteAllBytes(_run.File("set.safetensors"), ParameterSetFile.ToBytes(model.Pack(manifest, changed)));
        (await CommandLine.RunAsync("apply", "--model", _run.File("prepared.onnx"), "--set", _run.File("set.safetensors"), "--out", _run.File("applied.onnx"))).AssertSucceeds();

        OnnxModel applied = OnnxModel.Load(_run.File("applied.onnx"));
        Assert.Equal(2, OptimizedOperators.Count(applied)["QLinearConv"]);
        Assert.NotEqual(Logits(quantized, frames), Logits(applied, frames));

        CommandLineResult trained = await CommandLine.RunAsync("train", "--model", _run.File("prepared.onnx"), "--data", _run.File("images.npy"), "--out", _run.File("trained.onnx"));
        Assert.Contains("integers cannot be trained", trained.Error, StringComparison.Ordinal);
        CommandLineResult inspected = await CommandLine.RunAsync("inspect", _run.File("prepared.onnx"));
        inspected.AssertSucceeds();
        Assert.Contains("QuantizeLinear", inspected.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prepare_LabelledImagesWithALimit_TakesThemEvenlySpread()
    {
        (byte[] frames, int[] labels) = TinyImages.Render(1, 64);
        File.WriteAllBytes(_run.File("folded.onnx"), FoldedModel.Of(TinyClassifier.Create()).ToBytes());
        Directory.CreateDirectory(_run.File("pictures"));
        WriteImages(_run.File("pictures/images.npy"), frames, labels.Length);
        NpyFile.Write(_run.File("pictures/labels.npy"), NpyArray.Of(Array.ConvertAll(labels, l => (long)l), labels.Length));
        byte[] fourth = [.. frames.Chunk(TinyImages.FrameBytes).Where((_, i) => i % 4 == 0).SelectMany(f => f)];
        WriteImages(_run.File("fourth.npy"), fourth, 16);

        CommandLineResult all = await PrepareAsync("pictures", "all.onnx");
        CommandLineResult some = await PrepareAsync("pictures", "some.onnx", "--limit", "16");
        (await PrepareAsync("fourth.npy", "same.onnx")).AssertSucceeds();
        CommandLineResult none = await PrepareAsync("pictures", "none.onnx", "--limit", "0");

        all.AssertSucceeds();
        Assert.Contains("statistics from 64 images", all.Output, StringComparison.Ordinal);
        Assert.Contains("statistics from 16 images", some.Output, StringComparison.Ordinal);
        Assert.Contains("--limit is 0", none.Error, StringComparison.Ordinal);
        Assert.NotEqual(Means("all.onnx"), Means("some.onnx"));
        Assert.Equal(Means("same.onnx"), Means("some.onnx"));
    }

    private Task<CommandLineResult> PrepareAsync(string samples, string name, params string[] more) => CommandLine.RunAsync(
        ["prepare", "--model", _run.File("folded.onnx"), "--samples", _run.File(samples), "--out", _run.File(name), .. Unchanged, .. more]);

    private static void WriteImages(string path, byte[] frames, int count) =>
        NpyFile.Write(path, NpyArray.Of(frames, count, TinyImages.Size, TinyImages.Size, 3));

    private float[] Means(string name) => NormalizationModel.Of(OnnxModel.Load(_run.File(name))).Source[0].Mean;

    private static float[] Logits(OnnxModel model, byte[] frames)
    {
        using var session = new ModelSession(model.Proto);
        return session.Run(new Dictionary<string, FloatTensor> { ["images"] = TinyClassifier.ToTensor(frames) }, ["logits"])[0].Values;
    }
}
