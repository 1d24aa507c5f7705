using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>
/// Reductions whose gradient depends on the input: the largest or smallest (in equal shares where several are, as PyTorch's amax),
/// the sum of squares (dx = 2x·dy) and the Euclidean length (dx = x/y·dy; 0 where the length is 0).
/// </summary>
internal sealed class ReduceExtremeAdjoint : IAdjoint
{
    private const float SmallestNormal = 1.17549435e-38f;

    public IReadOnlyList<string> Operators { get; } = ["ReduceMax", "ReduceMin", "ReduceSumSquare", "ReduceL2"];

    public string? FindObstacle(NodeProto node, GraphConstants constants) => ReduceAdjoint.FindAxesObstacle(node, constants);

    public void Emit(AdjointContext context)
    {
        GraphWriter writer = context.Writer;
        string x = context.Input(0);
        int[] axes = ReduceAdjoint.Axes(context);
        string gradient = ReduceAdjoint.KeepAxes(context, context.Gradient, axes);
        if (context.Node.OpType == "ReduceSumSquare")
        {
            context.Give(0, writer.Times(writer.Times(gradient, x), 2));
            return;
        }

        string y = ReduceAdjoint.KeepAxes(context, context.Output(0), axes);
        if (context.Node.OpType == "ReduceL2")
        {
            string length = writer.Add("Max", [y, writer.Constant(SmallestNormal)]);
            context.Give(0, writer.Times(writer.Over(gradient, length), x));
            return;
        }

        string extreme = writer.Add("Cast", [writer.Add("Equal", [x, y])], ("to", 1));
        string count = writer.Sum(extreme, [.. axes.Select(a => (long)a)], true);
        context.Give(0, writer.Times(extreme, writer.Over(gradient, count)));
    }
}
