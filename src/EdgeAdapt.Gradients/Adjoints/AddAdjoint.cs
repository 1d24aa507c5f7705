using EdgeAdapt.Gradients.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>Each summand gets the sum's gradient, summed over what broadcasting repeated.</summary>
internal sealed class AddAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Add", "Sum"];

    public void Emit(AdjointContext context)
    {
        for (int i = 0; i < context.Node.Input.Count; i++)
        {
            if (context.Wants(i))
            {
                context.Give(i, context.Writer.SumTo(context.Gradient, context.OutputShape(0), context.InputShape(i)));
            }
        }
    }
}
