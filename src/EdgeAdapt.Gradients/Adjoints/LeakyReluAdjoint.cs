using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>dx = dy where x &gt; 0, slope · dy elsewhere. PRelu takes its slope from a constant input.</summary>
internal sealed class LeakyReluAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["LeakyRelu", "PRelu"];

    public string? FindObstacle(NodeProto node, GraphConstants constants) =>
        node.OpType == "PRelu" && !constants.IsFixed(node, 1) ? "its slope is computed; export the model with a constant slope" : null;

    public void Emit(AdjointContext context)
    {
        GraphWriter writer = context.Writer;
        string slope = context.Node.OpType == "PRelu" ? context.Input(1) : writer.Constant(context.Node.Float("alpha", 0.01f));
        string positive = writer.Add("Greater", [context.Input(0), writer.Constant(0f)]);
        context.Give(0, writer.Times(context.Gradient, writer.Add("Where", [positive, writer.Constant(1f), slope])));
    }
}
