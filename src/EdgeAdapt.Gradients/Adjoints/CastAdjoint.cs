using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Gradients.Graphs;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>A cast from float32 to float32, which exporters leave behind. Other precisions are refused.</summary>
internal sealed class CastAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Cast"];

    public string? FindObstacle(NodeProto node, GraphConstants constants) => (DataType)node.Int("to", 0) is var type and not DataType.Float
        ? $"it computes in {type}; export the model in float32"
        : null;

    public void Emit(AdjointContext context) => context.Give(0, context.Gradient);
}
