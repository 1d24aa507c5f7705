using EdgeAdapt.Gradients.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>dx = dy where x &gt; 0. The sign of the output is that mask, without a comparison and a cast.</summary>
internal sealed class ReluAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Relu"];

    public void Emit(AdjointContext context) =>
        context.Give(0, context.Writer.Times(context.Gradient, context.Writer.Add("Sign", [context.Output(0)])));
}
