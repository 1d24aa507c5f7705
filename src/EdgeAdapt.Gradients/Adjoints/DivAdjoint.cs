using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>y = a/b: da = dy/b, db = −(dy/b)·y, summed over what broadcasting repeated.</summary>
internal sealed class DivAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Div"];

    public void Emit(AdjointContext context)
    {
        GraphWriter writer = context.Writer;
        string quotient = writer.Over(context.Gradient, context.Input(1));
        if (context.Wants(0))
        {
            context.Give(0, writer.SumTo(quotient, context.OutputShape(0), context.InputShape(0)));
        }

        if (context.Wants(1))
        {
            string product = writer.Times(quotient, context.Output(0));
            context.Give(1, writer.Negative(writer.SumTo(product, context.OutputShape(0), context.InputShape(1))));
        }
    }
}
