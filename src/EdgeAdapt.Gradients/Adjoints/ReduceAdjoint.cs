using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>Mean and sum over axes: every input gets its share of the gradient. Axes are an attribute or an input, as the operator set has it.</summary>
internal sealed class ReduceAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["ReduceMean", "ReduceSum"];

    public string? FindObstacle(NodeProto node, GraphConstants constants) => FindAxesObstacle(node, constants);

    public void Emit(AdjointContext context)
    {
        GraphWriter writer = context.Writer;
        ValueShape shape = context.InputShape(0);
        int[] axes = Axes(context);
        string gradient = KeepAxes(context, context.Gradient, axes);

        if (context.Node.OpType == "ReduceMean")
        {
            gradient = shape.Product(axes) is { } count
                ? writer.Times(gradient, 1f / count)
                : writer.Times(gradient, writer.Over(writer.Size(context.Output(0)), writer.Size(context.Input(0))));
        }

        context.Give(0, writer.ExpandLike(gradient, context.Input(0)));
    }
    /// <summary>Why the axes of a reduction cannot be known, or null.</summary>
    internal static string? FindAxesObstacle(NodeProto node, GraphConstants constants) =>
        constants.IsFixedOrShape(node, 1) ? null : "its axes are computed; export the model with constant axes";

    /// <summary>The axes that a reduction runs over, counted from the front, in order.</summary>
    internal static int[] Axes(AdjointContext context)
    {
        ValueShape shape = context.InputShape(0);
        long[] given = context.Node.Ints("axes") ?? context.Longs(1) ?? [];
        return given.Length > 0 ? [.. given.Select(shape.Axis).Order()]
            : context.Node.Int("noop_with_empty_axes", 0) != 0 ? [] : [.. Enumerable.Range(0, shape.Rank)];
    }

    /// <summary>A value in the shape of the reduction's output, with the reduced axes back as axes of size 1.</summary>
    internal static string KeepAxes(AdjointContext context, string value, int[] axes) =>
        axes.Length > 0 && context.Node.Int("keepdims", 1) == 0
            ? context.Writer.Add("Unsqueeze", [value, context.Writer.Constant([.. axes.Select(a => (long)a)])])
            : value;
}
