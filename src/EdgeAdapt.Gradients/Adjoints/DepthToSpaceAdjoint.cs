using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>Moving channels into pixels and back: each is the other's inverse, and a permutation's adjoint is its inverse.</summary>
internal sealed class DepthToSpaceAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["DepthToSpace", "SpaceToDepth"];

    public string? FindObstacle(NodeProto node, GraphConstants constants) =>
        node.Text("mode", "DCR") == "DCR" ? null : "it moves channels in mode CRD; export the model with Reshape and Transpose in its place";

    public void Emit(AdjointContext context) => context.Give(0, context.Writer.Add(
        context.Node.OpType == "DepthToSpace" ? "SpaceToDepth" : "DepthToSpace", [context.Gradient], ("blocksize", context.Node.Int("blocksize", 1))));
}
