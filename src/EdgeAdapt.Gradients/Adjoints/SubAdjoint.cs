using EdgeAdapt.Gradients.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>y = a − b: da = dy, db = −dy, summed over what broadcasting repeated.</summary>
internal sealed class SubAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Sub"];

    public void Emit(AdjointContext context)
    {
        if (context.Wants(0))
        {
            context.Give(0, context.Writer.SumTo(context.Gradient, context.OutputShape(0), context.InputShape(0)));
        }

        if (context.Wants(1))
        {
            string sum = context.Writer.SumTo(context.Gradient, context.OutputShape(0), context.InputShape(1));
            context.Give(1, context.Writer.Negative(sum));
        }
    }
}
