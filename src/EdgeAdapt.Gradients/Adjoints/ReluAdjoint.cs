using EdgeAdapt.Gradients.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>
/// dx = dy where x &gt; 0. The mask is min(1, c·y) of the output with the largest c: one pass, where a comparison and a cast take
/// two, and the Sign operator runs five times as long.
/// </summary>
internal sealed class ReluAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Relu"];

    public void Emit(AdjointContext context)
    {
        string mask = context.Writer.Add("HardSigmoid", [context.Output(0)], ("alpha", float.MaxValue), ("beta", 0f));
        context.Give(0, context.Writer.Times(context.Gradient, mask));
    }
}
