using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>Smooth functions of one element, differentiated through their output y.</summary>
internal sealed class SmoothActivationAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Sigmoid", "Tanh", "Exp", "Neg", "Sqrt", "Softplus"];

    public void Emit(AdjointContext context)
    {
        GraphWriter writer = context.Writer;
        string dy = context.Gradient;
        string y = context.Output(0);
        string one = writer.Constant(1f);
        context.Give(0, context.Node.OpType switch
        {
            "Sigmoid" => writer.Times(dy, writer.Times(y, writer.Minus(one, y))),
            "Tanh" => writer.Times(dy, writer.Minus(one, writer.Times(y, y))),
            "Exp" => writer.Times(dy, y),
            "Sqrt" => writer.Over(dy, writer.Times(y, 2)),
            "Softplus" => writer.Times(dy, writer.Add("Sigmoid", [context.Input(0)])),
            _ => writer.Negative(dy),
        });
    }
}
