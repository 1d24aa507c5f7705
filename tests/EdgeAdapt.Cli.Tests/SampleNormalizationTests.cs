using System.Text.Json;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.ParameterSets;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Cli.Tests;

/// <summary>The command line on models without BatchNormalization.</summary>
public sealed class SampleNormalizationTests : IDisposable
{
    private readonly CommandLine _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData(NormalizationStyle.LayerPow)]
    [InlineData(NormalizationStyle.GroupReshape)]
    public async Task InspectAdaptApply_ModelWithoutStatistics_WorkEndToEnd(NormalizationStyle style)
    {
        string model = _run.File("model.onnx");
        File.WriteAllBytes(model, StyledClassifier.CreateBytes(style, size: 8, classes: 5));
        CommandLineResult inspected = await CommandLine.RunAsync("inspect", model, "--json", _run.File("i.json"));
        inspected.AssertSucceeds();
        JsonElement report = JsonDocument.Parse(File.ReadAllBytes(_run.File("i.json"))).RootElement;
        Assert.Equal((24, 0), (report.GetProperty("trainedParameters").GetInt32(), report.GetProperty("statistics").GetInt32()));
        Assert.True(report.GetProperty("trainable").GetBoolean());
        Assert.Contains(style == NormalizationStyle.LayerPow ? "layer" : "group", inspected.Output, StringComparison.Ordinal);

        (await CommandLine.RunAsync(
            "adapt", "--student", model, "--teacher", CommandLine.Teacher, "--samples", CommandLine.Samples, "--batch", "8", "--replay", "0",
            "--out", _run.File("set.safetensors"), "--json", _run.File("log.json"))).AssertSucceeds();
        ParameterSet set = ParameterSetFile.FromBytes(File.ReadAllBytes(_run.File("set.safetensors")));
        Assert.Equal(["norm1.bias", "norm1.weight", "norm2.bias", "norm2.weight"], set.Tensors.Keys.Order(StringComparer.Ordinal));
        NormalizationModel source = NormalizationModel.Of(OnnxModel.Load(model));
        Assert.All(source.Layers.Zip(source.Source), p => Assert.NotEqual(p.Second.Scale, set.Tensors[p.First.ScaleName]));

        (await CommandLine.RunAsync("apply", "--model", model, "--set", _run.File("set.safetensors"), "--out", _run.File("adapted.onnx"))).AssertSucceeds();
        NormalizationModel adapted = NormalizationModel.Of(OnnxModel.Load(_run.File("adapted.onnx")));
        Assert.Equal(set.Tensors["norm2.weight"], adapted.Source[1].Scale);
    }

    [Fact]
    public async Task Inspect_NormalizationWithoutScale_SaysThatItIsNotAdaptable()
    {
        string model = _run.File("model.onnx");
        File.WriteAllBytes(model, StyledClassifier.CreateBytes(NormalizationStyle.LayerPow, scaled: false));
        (await CommandLine.RunAsync("inspect", model)).AssertFails(ExitCode.Failure, "no normalization layer to adapt");
    }

    [Fact]
    public async Task BenchGradients_NoSuchPython_OneLineAndCode1() =>
        (await CommandLine.RunAsync("bench", "gradients", "--python", "/nonexistent/python3")).AssertFails(ExitCode.Failure, "edgeadapt bench gradients:", "/nonexistent/python3", "--python");
}
