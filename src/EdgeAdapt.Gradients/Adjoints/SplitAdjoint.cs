using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>The gradients of the parts, joined; a part that nothing uses counts as 0.</summary>
internal sealed class SplitAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Split"];

    public void Emit(AdjointContext context)
    {
        string[] parts = [.. Enumerable.Range(0, context.Node.Output.Count).Select(i => context.GradientOf(i) ?? context.Writer.ZerosLike(context.Output(i)))];
        context.Give(0, context.Writer.Add("Concat", parts, ("axis", context.Node.Int("axis", 0))));
    }
}
