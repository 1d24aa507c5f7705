using EdgeAdapt.Gradients.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>Expand repeats along axes, so the gradient is summed over the repetitions.</summary>
internal sealed class ExpandAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Expand"];

    public void Emit(AdjointContext context) =>
        context.Give(0, context.Writer.SumTo(context.Gradient, context.OutputShape(0), context.InputShape(0)));
}
