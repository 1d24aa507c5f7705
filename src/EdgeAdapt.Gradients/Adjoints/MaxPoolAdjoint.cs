using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>Each output's gradient goes to the input that was its window's largest; overlapping windows add up.</summary>
internal sealed class MaxPoolAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["MaxPool"];

    public string? FindObstacle(NodeProto node, GraphConstants constants) =>
        node.Int("storage_order", 0) != 0 ? "its indices are column-major; export it with storage_order 0" : null;

    public void PrepareForward(NodeProto node)
    {
        if (node.Output.Count == 1)
        {
            node.Output.Add(Indices(node));
        }
    }

    public void Emit(AdjointContext context)
    {
        GraphWriter writer = context.Writer;
        string x = context.Input(0);
        string zeros = writer.Add("ConstantOfShape", [writer.Add("Reshape", [writer.Add("Size", [x]), writer.Constant(1L)])],
            ("value", TensorContents.Floats(string.Empty, [0], 1)));
        string indices = context.Node.Output.Count > 1 ? context.Output(1) : Indices(context.Node);
        string scattered = writer.Add("ScatterElements", [zeros, writer.Reshape(indices, -1), writer.Reshape(context.Gradient, -1)],
            ("axis", 0), ("reduction", "add"));
        context.Give(0, writer.ReshapeLike(scattered, x, context.InputShape(0)));
    }

    private static string Indices(NodeProto node) => node.Output[0] + ":indices";
}
