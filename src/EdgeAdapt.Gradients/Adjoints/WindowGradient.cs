using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>The gradient of a convolution's input, as a convolution.</summary>
internal static class WindowGradient
{
    /// <summary>Appends the adjoint of a convolution with constant weights.</summary>
    /// <param name="writer">Receives the nodes.</param>
    /// <param name="gradient">Gradient of the output, <c>[N, M, …]</c>.</param>
    /// <param name="weights">The weights, <c>[M, C/groups, …]</c>.</param>
    /// <param name="groups">Number of groups.</param>
    /// <param name="geometry">The convolution's windows.</param>
    public static string Emit(GraphWriter writer, string gradient, TensorProto weights, int groups, WindowGeometry geometry)
    {
        return geometry.HasUnitStrides && FullPads(geometry) is { } pads
            ? Convolved(writer, gradient, writer.Initializer(Flip(weights, groups), "flipped"), pads, groups, geometry)
            : Transposed(writer, gradient, writer.Initializer(weights, "weights"), groups, geometry);
    }

    /// <summary>Appends the adjoint of a convolution whose weights are a value of the graph.</summary>
    /// <param name="writer">Receives the nodes.</param>
    /// <param name="gradient">Gradient of the output, <c>[N, M, …]</c>.</param>
    /// <param name="weights">Name of the weights.</param>
    /// <param name="flip">Appends the weights turned round, where they are needed so.</param>
    /// <param name="groups">Number of groups.</param>
    /// <param name="geometry">The convolution's windows.</param>
    public static string Emit(GraphWriter writer, string gradient, string weights, Func<string> flip, int groups, WindowGeometry geometry) =>
        geometry.HasUnitStrides && FullPads(geometry) is { } pads
            ? Convolved(writer, gradient, flip(), pads, groups, geometry)
            : Transposed(writer, gradient, weights, groups, geometry);

    private static string Convolved(GraphWriter writer, string gradient, string flipped, long[] pads, int groups, WindowGeometry geometry) =>
        writer.Add("Conv", [gradient, flipped],
            ("dilations", geometry.Dilations), ("group", groups), ("kernel_shape", geometry.Kernel), ("pads", pads));

    /// <summary>Pads with which a stride-1 convolution of the gradient has the input's size; null where one would be negative.</summary>
    private static long[]? FullPads(WindowGeometry geometry)
    {
        long[] pads = new long[2 * geometry.Axes];
        for (int i = 0; i < geometry.Axes; i++)
        {
            long reach = geometry.Extent(i) - 1;
            pads[i] = reach - geometry.PadBegin[i];
            pads[i + geometry.Axes] = geometry.Input[i] - geometry.Output[i] + reach - pads[i];
        }

        return pads.Any(p => p < 0) ? null : pads;
    }

    private static string Transposed(GraphWriter writer, string gradient, string weights, int groups, WindowGeometry geometry)
    {
        long[] pads = new long[2 * geometry.Axes];
        long[] extra = new long[geometry.Axes];
        for (int i = 0; i < geometry.Axes; i++)
        {
            // Inputs beyond the last window got nothing: output_padding gives them a gradient of 0.
            long end = ((geometry.Output[i] - 1) * geometry.Strides[i]) + geometry.Extent(i) - geometry.PadBegin[i] - geometry.Input[i];
            pads[i] = geometry.PadBegin[i];
            pads[i + geometry.Axes] = Math.Max(end, 0);
            extra[i] = Math.Max(-end, 0);
        }

        return writer.Add("ConvTranspose", [gradient, weights],
            ("dilations", geometry.Dilations), ("group", groups), ("kernel_shape", geometry.Kernel), ("output_padding", extra),
            ("pads", pads), ("strides", geometry.Strides));
    }

    /// <summary>Weights <c>[M, C/groups, …]</c> with in- and outputs exchanged inside each group and every kernel reversed: <c>[C, M/groups, …]</c>.</summary>
    private static TensorProto Flip(TensorProto weights, int groups)
    {
        float[] source = weights.ToFloats();
        int outputs = (int)weights.Dims[0] / groups;
        int inputs = (int)weights.Dims[1];
        int taps = source.Length / (outputs * groups * inputs);
        float[] flipped = new float[source.Length];
        for (int group = 0; group < groups; group++)
        {
            for (int m = 0; m < outputs; m++)
            {
                for (int c = 0; c < inputs; c++)
                {
                    Span<float> target = flipped.AsSpan(((((group * inputs) + c) * outputs) + m) * taps, taps);
                    source.AsSpan(((((group * outputs) + m) * inputs) + c) * taps, taps).CopyTo(target);
                    target.Reverse();
                }
            }
        }

        return TensorContents.Floats(string.Empty, flipped, [inputs * groups, outputs, .. weights.Dims.Skip(2)]);
    }
}
