using EdgeAdapt.Gradients.Graphs;
using Onnx;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>How a gradient passes backwards through one operator or a family of them. Implementations hold no state.</summary>
internal interface IAdjoint
{
    /// <summary>The operators of ONNX's own domain that this adjoint knows.</summary>
    IReadOnlyList<string> Operators { get; }

    /// <summary>Why a gradient cannot pass through this node, and what to do about it; null where it can.</summary>
    /// <param name="node">A node of one of <see cref="Operators"/>, in its form of opset 13 or later.</param>
    /// <param name="constants">The constants of its graph.</param>
    string? FindObstacle(NodeProto node, GraphConstants constants) => null;

    /// <summary>Changes the forward node so that <see cref="Emit"/> finds what it needs; by default nothing.</summary>
    void PrepareForward(NodeProto node)
    {
    }

    /// <summary>
    /// Appends the nodes that turn the gradient of the node's outputs into that of its inputs, for the inputs that want one.
    /// </summary>
    void Emit(AdjointContext context);
}
