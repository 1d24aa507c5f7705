using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>dx = dy where the value lies strictly between the bounds, as PyTorch's ReLU6 has it; read off the output, so that the input need not be kept.</summary>
internal sealed class ClipAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Clip"];

    public void Emit(AdjointContext context)
    {
        GraphWriter writer = context.Writer;
        string gradient = context.Gradient;
        string y = context.Output(0);
        if (!GraphConstants.IsAbsent(context.Node, 1))
        {
            gradient = writer.Times(gradient, IsZero(context, 1) ? writer.Step(y) : writer.Above(y, context.Input(1)));
        }

        if (!GraphConstants.IsAbsent(context.Node, 2))
        {
            gradient = writer.Times(gradient, writer.Above(context.Input(2), y));
        }

        context.Give(0, gradient);
    }

    private static bool IsZero(AdjointContext context, int input) => context.Constants.Find(context.Input(input))?.ToFloats() is [0];
}
