using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>Every input gets an equal share of its channel's gradient.</summary>
internal sealed class GlobalAveragePoolAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["GlobalAveragePool"];

    public void Emit(AdjointContext context)
    {
        GraphWriter writer = context.Writer;
        ValueShape shape = context.InputShape(0);
        float share = 1f / shape.Product(Enumerable.Range(2, shape.Rank - 2))!.Value;
        context.Give(0, writer.ExpandLike(writer.Times(context.Gradient, share), context.Input(0)));
    }
}
