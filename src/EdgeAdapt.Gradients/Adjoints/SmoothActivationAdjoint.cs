using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>Smooth functions of one element, differentiated through their output y where that is cheaper than through x.</summary>
internal sealed class SmoothActivationAdjoint : IAdjoint
{
    private const float TwoOverRootPi = 1.12837917f;

    public IReadOnlyList<string> Operators { get; } = ["Sigmoid", "Tanh", "Exp", "Log", "Neg", "Sqrt", "Reciprocal", "Softplus", "Erf", "Elu", "Abs"];

    public void Emit(AdjointContext context)
    {
        GraphWriter writer = context.Writer;
        string dy = context.Gradient;
        string x = context.Input(0);
        string y = context.Output(0);
        string one = writer.Constant(1f);
        context.Give(0, context.Node.OpType switch
        {
            "Sigmoid" => writer.Times(dy, writer.Times(y, writer.Minus(one, y))),
            "Tanh" => writer.Times(dy, writer.Minus(one, writer.Times(y, y))),
            "Exp" => writer.Times(dy, y),
            "Log" => writer.Over(dy, x),
            "Sqrt" => writer.Over(dy, writer.Times(y, 2)),
            "Reciprocal" => writer.Negative(writer.Times(dy, writer.Times(y, y))),
            "Softplus" => writer.Times(dy, writer.Add("Sigmoid", [x])),
            "Erf" => writer.Times(dy, writer.Times(writer.Add("Exp", [writer.Negative(writer.Times(x, x))]), TwoOverRootPi)),

            // y = α(eˣ − 1) below 0, so that its slope there is y + α.
            "Elu" => writer.Times(dy, writer.Add("Where",
                [writer.Add("Greater", [x, writer.Constant(0f)]), one, writer.Plus(y, writer.Constant(context.Node.Float("alpha", 1)))])),
            "Abs" => writer.Times(dy, writer.Add("Sign", [x])),
            _ => writer.Negative(dy),
        });
    }
}
