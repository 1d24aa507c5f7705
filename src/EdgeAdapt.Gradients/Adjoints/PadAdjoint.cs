using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>Padding with a constant: the gradient is cropped by the pads. A negative pad cropped, so its gradient is padded with 0.</summary>
internal sealed class PadAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Pad"];

    public string? FindObstacle(NodeProto node, GraphConstants constants) =>
        node.Text("mode", "constant") is var mode and not "constant"
            ? $"it pads in mode '{mode}', through which training cannot pass; use constant padding"
            : !constants.IsFixedOrShape(node, 1) || !constants.IsFixedOrShape(node, 3)
            ? "its pads are computed from the input; export the model with a fixed image size"
            : null;

    public void Emit(AdjointContext context)
    {
        int rank = context.OutputShape(0).Rank;
        long[] pads = context.Longs(1)!;
        long[] axes = context.Longs(3) ?? [.. Enumerable.Range(0, rank).Select(i => (long)i)];
        long[] crop = new long[2 * rank];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = context.OutputShape(0).Axis(axes[i]);
            crop[axis] = -pads[i];
            crop[axis + rank] = -pads[i + axes.Length];
        }

        context.Give(0, context.Writer.Add("Pad", [context.Gradient, context.Writer.Constant(crop)]));
    }
}
