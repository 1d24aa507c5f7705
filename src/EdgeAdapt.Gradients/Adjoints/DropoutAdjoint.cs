using EdgeAdapt.Gradients.Graphs;
using Onnx;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>Dropout as inference has it: nothing is dropped, the gradient passes as it is.</summary>
internal sealed class DropoutAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Dropout"];

    public string? FindObstacle(NodeProto node, GraphConstants constants) =>
        !constants.IsFixed(node, 2) || (!GraphConstants.IsAbsent(node, 2) && constants.Find(node.Input[2]) is { } training && IsTrue(training))
            ? "it was exported in training mode; call model.eval() before exporting"
            : null;

    public void Emit(AdjointContext context) => context.Give(0, context.Gradient);

    private static bool IsTrue(TensorProto flag) => flag.RawData.IsEmpty ? flag.Int32Data.FirstOrDefault() != 0 : flag.RawData[0] != 0;
}
