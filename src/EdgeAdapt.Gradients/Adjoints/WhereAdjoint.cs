using EdgeAdapt.Gradients.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>y = a where the condition holds, else b: each gets the gradient at its own places, summed over what broadcasting repeated.</summary>
internal sealed class WhereAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Where"];

    public void Emit(AdjointContext context)
    {
        string zero = context.Writer.Constant(0f);
        for (int i = 1; i <= 2; i++)
        {
            if (context.Wants(i))
            {
                string own = context.Writer.Add("Where", [context.Input(0), i == 1 ? context.Gradient : zero, i == 1 ? zero : context.Gradient]);
                context.Give(i, context.Writer.SumTo(own, context.OutputShape(0), context.InputShape(i)));
            }
        }
    }
}
