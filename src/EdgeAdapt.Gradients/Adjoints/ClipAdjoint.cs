using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>dx = dy where the value lies strictly between the bounds, as PyTorch's ReLU6 has it.</summary>
internal sealed class ClipAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Clip"];

    public void Emit(AdjointContext context)
    {
        GraphWriter writer = context.Writer;
        string gradient = context.Gradient;
        if (!GraphConstants.IsAbsent(context.Node, 1))
        {
            gradient = writer.Times(gradient, writer.Above(context.Input(0), context.Input(1)));
        }

        if (!GraphConstants.IsAbsent(context.Node, 2))
        {
            gradient = writer.Times(gradient, writer.Above(context.Input(2), context.Input(0)));
        }

        context.Give(0, gradient);
    }
}
