using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Adaptation;

/// <summary>Gives a statistics graph one more output for each value of interest: its mean and variance over all but the channels.</summary>
internal static class ActivationOutputs
{
    /// <summary>Name of the output of a layer.</summary>
    public static string Name(int layer) => $"activation:layer:{layer}";

    /// <summary>
    /// How a layer's input is reshaped so that its channels, one for each γ, are axis 1 of three or the last of two; null where γ lies along it in a way that no exporter
    /// writes (a gap between two axes), and which is not measured.
    /// </summary>
    public static long[]? Layout(NormalizationLayer layer)
    {
        if (layer.Form is null or { Scale: not NormalizationScale.Broadcast })
        {
            return [0, layer.Channels, -1];
        }

        long[] shape = [.. layer.TensorShape.SkipWhile(d => d == 1)];
        int used = Array.FindLastIndex(shape, d => d > 1) + 1;
        return shape.AsSpan(0, used).Contains(1) ? null : used < shape.Length ? [0, layer.Channels, -1] : [-1, layer.Channels];
    }

    /// <summary>Adds an output <c>[2, C]</c> under a name: the mean and the biased variance of each channel.</summary>
    public static void Add(GraphWriter w, string value, long[] layout, string name, long opset)
    {
        long[] axes = layout.Length == 2 ? [0] : [0, 2];
        string flat = w.Add("Reshape", [value, w.Constant(layout)]);
        string mean = StatisticsGraph.ReduceMean(w, flat, axes, opset);
        string centred = w.Add("Sub", [flat, mean]);
        string variance = StatisticsGraph.ReduceMean(w, w.Add("Mul", [centred, centred]), axes, opset);
        string both = w.Add("Concat", [w.Add("Reshape", [mean, w.Constant(1, -1)]), w.Add("Reshape", [variance, w.Constant(1, -1)])], ("axis", 0));
        w.Output(both, name);
    }
}
