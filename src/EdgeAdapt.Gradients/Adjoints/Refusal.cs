using EdgeAdapt.Onnx;
using Onnx;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>The message for a node that training cannot pass through.</summary>
internal static class Refusal
{
    public static string Describe(NodeProto node) => $"{node.OpType} '{(node.Name.Length > 0 ? node.Name : node.Output[0])}'";

    public static OnnxModelException Of(NodeProto node, string obstacle) => new($"{Describe(node)}: {obstacle}.");
}
