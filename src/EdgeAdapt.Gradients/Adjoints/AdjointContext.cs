using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>What an adjoint sees of the graph around its node.</summary>
internal sealed class AdjointContext(NodeProto node, BackwardPass pass)
{
    public NodeProto Node => node;

    public GraphWriter Writer => pass.Writer;

    public GraphConstants Constants => pass.Constants;

    /// <summary>Version of the operator set that the graph is written in.</summary>
    public long OpsetVersion => pass.OpsetVersion;

    /// <summary>Gradient of the first output.</summary>
    public string Gradient => pass.Gradient(node.Output[0])
        ?? throw new InvalidOperationException($"Node '{node.Name}' is differentiated without a gradient at its first output.");

    /// <summary>Gradient of an output, or null where none reaches it.</summary>
    public string? GradientOf(int output) => pass.Gradient(node.Output[output]);

    /// <summary>Whether the gradient of an input is needed.</summary>
    public bool Wants(int input) => node.Input.Count > input && pass.IsActive(node.Input[input]);

    /// <summary>Hands over an input's gradient, in the shape of that input.</summary>
    public void Give(int input, string gradient) => pass.Accumulate(node.Input[input], gradient);

    public string Input(int index) => node.Input[index];

    public string Output(int index) => node.Output[index];

    public ValueShape InputShape(int index) => pass.Shapes[node.Input[index]];

    public ValueShape OutputShape(int index) => pass.Shapes[node.Output[index]];

    /// <summary>The integers of a constant input, or null where it is left out.</summary>
    /// <exception cref="OnnxModelException">They follow the batch.</exception>
    public long[]? Longs(int input) => pass.Constants.IsKnown(node, input)
        ? pass.Constants.Longs(node, input)
        : throw Refusal.Of(node, $"its input '{node.Input[input]}' follows the batch size, through which training cannot pass; export the model so that it does not");
}
