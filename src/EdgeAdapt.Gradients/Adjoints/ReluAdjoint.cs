using EdgeAdapt.Gradients.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>dx = dy where x &gt; 0, read off the output: the input need not be kept.</summary>
internal sealed class ReluAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Relu"];

    public void Emit(AdjointContext context)
    {
        context.Give(0, context.Writer.Times(context.Gradient, context.Writer.Step(context.Output(0))));
    }
}
