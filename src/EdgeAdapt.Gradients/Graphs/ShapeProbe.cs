using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Sessions;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Onnx;

namespace EdgeAdapt.Gradients.Graphs;

/// <summary>
/// Finds the shape of every value of a model by running it on two black batches of different size. Shape inference
/// gives up where an exporter computes a reshape at run time; a run does not. What differs between the batches follows the batch.
/// Integers that are computed from shapes and do not differ are constants, and noted as such.
/// </summary>
internal static class ShapeProbe
{
    /// <param name="model">The model to run.</param>
    /// <param name="signature">Its image input.</param>
    /// <param name="image">The size of one image, <c>[C, H, W]</c>.</param>
    /// <param name="constants">The model's constants; learns the integers that shapes determine.</param>
    /// <exception cref="OnnxModelException">The model does not run on a batch of that size.</exception>
    public static Dictionary<string, ValueShape> Run(
        OnnxModel model, ClassifierSignature signature, ReadOnlySpan<long> image, GraphConstants constants)
    {
        ModelProto proto = model.Proto.Clone();
        proto.Graph.ValueInfo.Clear();
        proto.Graph.Output.Clear();
        string[] values = [.. proto.Graph.Node.SelectMany(n => n.Output).Where(o => o.Length > 0)];
        proto.Graph.Output.AddRange(values.Select(v => new ValueInfoProto { Name = v }));
        using SessionOptions options = new SessionSettings { Optimize = false }.ToNative();
        try
        {
            using var session = new InferenceSession(proto.ToByteArray(), options);
            int[] batches = signature.FixedBatch > 0 ? [signature.FixedBatch] : [1, 2];
            Observation[] seen = new Observation[batches.Length];
            for (int i = 0; i < batches.Length; i++)
            {
                seen[i] = RunOnce(session, signature.InputName, values, [batches[i], .. image], constants);
            }

            foreach ((string name, long[] integers) in seen[0].Integers.Where(p => p.Value.AsSpan().SequenceEqual(seen[^1].Integers[p.Key])))
            {
                constants.Learn(name, integers);
            }

            Dictionary<string, ValueShape> shapes = Merge(seen[0].Shapes, seen[^1].Shapes);
            foreach (TensorProto tensor in model.Graph.Initializer)
            {
                shapes[tensor.Name] = new ValueShape([.. tensor.Dims]);
            }

            return shapes;
        }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxModelException(
                $"'{model.Name}' does not run on batches of {(signature.FixedBatch > 0 ? signature.FixedBatch : "one and two")} images " +
                $"[{string.Join(", ", image.ToArray())}]: {e.Message} Export it with a dynamic batch dimension (PyTorch: dynamic_axes={{'input': {{0: 'batch'}}}}).", e);
        }
    }

    private static Observation RunOnce(InferenceSession session, string input, string[] values, long[] shape, GraphConstants constants)
    {
        float[] black = new float[shape.Aggregate(1L, (a, b) => a * b)];
        using OrtValue images = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, black.AsMemory(), shape);
        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> results =
            session.Run(run, new Dictionary<string, OrtValue> { [input] = images }, values);
        var shapes = new Dictionary<string, ValueShape>(StringComparer.Ordinal) { [input] = new(shape) };
        var integers = new Dictionary<string, long[]>(StringComparer.Ordinal);
        foreach ((string name, OrtValue value) in values.Zip(results))
        {
            if (value.IsTensor)
            {
                OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
                shapes[name] = new ValueShape(info.Shape);
                if (info.ElementDataType == TensorElementType.Int64 && constants.IsFromShapes(name))
                {
                    integers[name] = value.GetTensorDataAsSpan<long>().ToArray();
                }
            }
        }

        return new Observation(shapes, integers);
    }

    private static Dictionary<string, ValueShape> Merge(Dictionary<string, ValueShape> first, Dictionary<string, ValueShape> second)
    {
        var merged = new Dictionary<string, ValueShape>(StringComparer.Ordinal);
        foreach ((string name, ValueShape shape) in first)
        {
            long[] other = second[name].Dimensions;
            merged[name] = new ValueShape([.. shape.Dimensions.Select((d, i) => i < other.Length && other[i] == d ? d : -1)]);
        }

        return merged;
    }

    /// <summary>What one run showed: every value's shape, and the integers computed from shapes.</summary>
    private sealed record Observation(Dictionary<string, ValueShape> Shapes, Dictionary<string, long[]> Integers);
}
