using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>Mean and sum over axes: every input gets its share of the gradient. Axes are an attribute or an input, as the operator set has it.</summary>
internal sealed class ReduceAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["ReduceMean", "ReduceSum"];

    public string? FindObstacle(NodeProto node, GraphConstants constants) =>
        constants.IsFixedOrShape(node, 1) ? null : "its axes are computed; export the model with constant axes";

    public void Emit(AdjointContext context)
    {
        GraphWriter writer = context.Writer;
        ValueShape shape = context.InputShape(0);
        long[] given = context.Node.Ints("axes") ?? context.Longs(1) ?? [];
        int[] axes = given.Length > 0 ? [.. given.Select(shape.Axis).Order()]
            : context.Node.Int("noop_with_empty_axes", 0) != 0 ? [] : [.. Enumerable.Range(0, shape.Rank)];
        string gradient = context.Gradient;
        if (axes.Length > 0 && context.Node.Int("keepdims", 1) == 0)
        {
            gradient = writer.Add("Unsqueeze", [gradient, writer.Constant([.. axes.Select(a => (long)a)])]);
        }

        if (context.Node.OpType == "ReduceMean")
        {
            gradient = shape.Product(axes) is { } count
                ? writer.Times(gradient, 1f / count)
                : writer.Times(gradient, writer.Over(writer.Size(context.Output(0)), writer.Size(context.Input(0))));
        }

        context.Give(0, writer.ExpandLike(gradient, context.Input(0)));
    }
}
