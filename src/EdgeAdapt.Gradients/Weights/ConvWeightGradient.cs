using EdgeAdapt.Gradients.Adjoints;
using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;

namespace EdgeAdapt.Gradients.Weights;

/// <summary>
/// The gradient of a convolution's weights. dW[m, c, k] = Σₙ Σₒ dy[n, m, o]·x[n, c, o·stride − pad + k·dilation] is itself a
/// convolution, of the images with the gradient as kernel: images and channels change places, and so do strides and dilations.
/// </summary>
internal static class ConvWeightGradient
{
    /// <summary>Appends the nodes.</summary>
    /// <param name="writer">Receives them.</param>
    /// <param name="input">Name of x <c>[N, C, …]</c>.</param>
    /// <param name="inputShape">Its shape.</param>
    /// <param name="gradient">Name of dy <c>[N, M, …]</c>.</param>
    /// <param name="weights">Shape of the weights <c>[M, C/groups, …]</c>.</param>
    /// <param name="groups">Number of groups.</param>
    /// <param name="geometry">The convolution's windows.</param>
    /// <returns>The name of dW, in the shape of the weights.</returns>
    public static string Emit(
        GraphWriter writer, string input, ValueShape inputShape, string gradient, ValueShape weights, int groups, WindowGeometry geometry)
    {
        int axes = geometry.Axes;
        long[] exchanged = [1, 0, .. Enumerable.Range(2, axes).Select(i => (long)i)];
        string images = groups == 1
            ? writer.Add("Transpose", [input], ("perm", exchanged))
            : Grouped(writer, input, inputShape, weights[1], groups);
        string kernel = writer.Add("Transpose", [gradient], ("perm", exchanged));

        // The last window may leave inputs over, which would make the result larger than the kernel: pads below 0 are not
        // allowed there, so what lies beyond is cut off afterwards.
        long[] pads = new long[2 * axes];
        bool over = false;
        for (int i = 0; i < axes; i++)
        {
            long reach = ((geometry.Output[i] - 1) * geometry.Strides[i]) + geometry.Extent(i);
            long end = reach - geometry.PadBegin[i] - geometry.Input[i];
            pads[i] = geometry.PadBegin[i];
            pads[i + axes] = Math.Max(end, 0);
            over |= -end >= geometry.Dilations[i];
        }

        string products = writer.Add("Conv", [images, kernel],
            ("dilations", geometry.Strides), ("strides", geometry.Dilations), ("pads", pads), ("group", groups));
        if (over)
        {
            products = writer.Add("Slice",
                [products, writer.Constant(new long[axes]), writer.Constant(geometry.Kernel), writer.Constant([.. exchanged[2..]])]);
        }

        return writer.Add("Transpose", [products], ("perm", exchanged));
    }

    /// <summary><c>[N, g·c, …]</c> to <c>[c, g·N, …]</c>: the images of one group beside each other.</summary>
    private static string Grouped(GraphWriter writer, string input, ValueShape shape, long channels, int groups)
    {
        long[] space = shape.Dimensions[2..];
        string split = writer.Reshape(input, [-1, groups, channels, .. space]);
        string turned = writer.Add("Transpose", [split], ("perm", (long[])[2, 1, 0, .. Enumerable.Range(3, space.Length).Select(i => (long)i)]));
        return writer.Reshape(turned, [channels, -1, .. space]);
    }
}
