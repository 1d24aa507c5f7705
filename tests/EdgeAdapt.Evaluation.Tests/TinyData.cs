using EdgeAdapt.Datasets;
using EdgeAdapt.Imaging;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Testing.Models;
using Onnx;

namespace EdgeAdapt.Evaluation.Tests;

/// <summary>A folder of the tiny classifier's pictures under two shifts and without one, that goes away with the test.</summary>
internal sealed class TinyData : IDisposable
{
    public const int Images = 96;

    public TinyData()
    {
        Write("dark", gain: 0.45, offset: 0);
        Write("hazy", gain: 0.5, offset: 0.45);
        Write("clean", gain: 1, offset: 0);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("edgeadapt-evaluation-").FullName;

    public EvaluationSubject Subject(OnnxModel? student = null, OnnxModel? teacher = null, string? path = null) => new(
        NormalizationModel.Of(student ?? TinyClassifier.Create()), NormalizationModel.Of(teacher ?? TinyClassifier.Create(2, 16)),
        CorruptionSet.Open(path ?? Folder), new Normalization([0, 0, 0], [1, 1, 1]));

    public EvaluationReport Run(EvaluationOptions options, string? results = null, OnnxModel? student = null)
    {
        using var benchmark = new Benchmark(Subject(student), options, results);
        return benchmark.Run();
    }

    /// <summary>The tiny classifier with one of its tensors changed.</summary>
    public static OnnxModel Changed(string tensor, Func<float, float> change) => TinyClassifier.Create().Edit(proto =>
    {
        TensorProto weight = proto.Graph.Initializer.Single(t => t.Name == tensor);
        float[] values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(weight.RawData.Span).ToArray();
        float[] all = [.. (values.Length > 0 ? values : [.. weight.FloatData]).Select(change)];
        weight.FloatData.Clear();
        weight.RawData = Google.Protobuf.ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes(all.AsSpan()));
    });

    public void WriteLabels(Func<int, int> change)
    {
        (_, int[] labels) = TinyImages.Render(5, Images);
        NpyFile.Write(Path.Combine(Folder, "labels.npy"), NpyArray.Of([.. labels.Select(l => (long)change(l))], Images));
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Write(string name, double gain, double offset)
    {
        NpyFile.Write(Path.Combine(Folder, name + ".npy"), NpyArray.Of(TinyImages.Render(5, Images, gain, offset).Frames, Images, TinyImages.Size, TinyImages.Size, 3));
        WriteLabels(l => l);
    }
}
