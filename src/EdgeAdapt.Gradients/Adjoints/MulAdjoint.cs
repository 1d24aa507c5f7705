using EdgeAdapt.Gradients.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>y = a·b: da = dy·b, db = dy·a, summed over what broadcasting repeated.</summary>
internal sealed class MulAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Mul"];

    public void Emit(AdjointContext context)
    {
        for (int i = 0; i < 2; i++)
        {
            if (context.Wants(i))
            {
                string product = context.Writer.Times(context.Gradient, context.Input(1 - i));
                context.Give(i, context.Writer.SumTo(product, context.OutputShape(0), context.InputShape(i)));
            }
        }
    }
}
