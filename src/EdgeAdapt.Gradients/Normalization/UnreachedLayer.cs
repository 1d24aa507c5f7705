using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Gradients.Normalization;

/// <summary>A layer that no gradient of the loss reaches: those of its scale and bias are 0.</summary>
internal static class UnreachedLayer
{
    public static void Emit(GraphWriter writer, NormalizationLayer layer)
    {
        string zeros = writer.ZerosLike(layer.ScaleName);
        IReadOnlyList<string> names = GradientGraphNames.LayerOutputs(layer);
        writer.Output(zeros, names[0]);
        writer.Output(zeros, names[1]);
    }
}
