using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>A channel's gradient goes to its largest input, the first where several are.</summary>
internal sealed class GlobalMaxPoolAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["GlobalMaxPool"];

    public void Emit(AdjointContext context)
    {
        GraphWriter writer = context.Writer;
        string pixels = writer.Reshape(context.Input(0), 0, 0, -1);
        string largest = writer.Add("ArgMax", [pixels], ("axis", 2));
        string scattered = writer.Add("ScatterElements", [writer.ZerosLike(pixels), largest, writer.Reshape(context.Gradient, 0, 0, 1)], ("axis", 2));
        context.Give(0, writer.ReshapeLike(scattered, context.Input(0), context.InputShape(0)));
    }
}
