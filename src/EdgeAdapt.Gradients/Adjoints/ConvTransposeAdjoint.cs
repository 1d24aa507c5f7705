using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>Transposed convolution is the adjoint of a convolution, so its own adjoint is that convolution, with the same weights.</summary>
internal sealed class ConvTransposeAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["ConvTranspose"];

    public string? FindObstacle(NodeProto node, GraphConstants constants) =>
        !constants.IsFixed(node, 1) ? "its weights are computed; export the model with constant weights"
        : node.Text("auto_pad", "NOTSET") != "NOTSET" || node.Has("output_shape") ? "its pads are implicit; export it with explicit pads"
        : null;

    public void Emit(AdjointContext context)
    {
        NodeProto node = context.Node;
        long[] kernel = [.. context.Constants.Find(node.Input[1])!.Dims.Skip(2)];
        long[] ones = [.. kernel.Select(_ => 1L)];
        context.Give(0, context.Writer.Add("Conv", [context.Gradient, node.Input[1]],
            ("dilations", node.Ints("dilations") ?? ones), ("group", node.Int("group", 1)), ("kernel_shape", kernel),
            ("pads", node.Ints("pads") ?? new long[2 * kernel.Length]), ("strides", node.Ints("strides") ?? ones)));
    }
}
