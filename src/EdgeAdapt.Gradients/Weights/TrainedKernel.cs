using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;

namespace EdgeAdapt.Gradients.Weights;

/// <summary>A convolution's kernel turned round by the graph itself, because weights that are trained change with every step.</summary>
internal static class TrainedKernel
{
    /// <summary>Weights <c>[M, C/groups, …]</c> with in- and outputs exchanged inside each group and every kernel reversed: <c>[C, M/groups, …]</c>.</summary>
    public static string Flip(GraphWriter writer, string weights, ValueShape shape, int groups)
    {
        long[] space = shape.Dimensions[2..];
        long outputs = shape[0] / groups;
        string value = weights;
        if (space.Any(s => s > 1))
        {
            long[] axes = [.. Enumerable.Range(2, space.Length).Select(i => (long)i)];
            long[] last = [.. space.Select(_ => -1L)];
            value = writer.Add("Slice",
                [value, writer.Constant(last), writer.Constant([.. space.Select(_ => long.MinValue)]), writer.Constant(axes), writer.Constant(last)]);
        }

        value = writer.Reshape(value, [groups, outputs, shape[1], .. space]);
        value = writer.Add("Transpose", [value], ("perm", (long[])[0, 2, 1, .. Enumerable.Range(3, space.Length).Select(i => (long)i)]));
        return writer.Reshape(value, [groups * shape[1], outputs, .. space]);
    }
}
