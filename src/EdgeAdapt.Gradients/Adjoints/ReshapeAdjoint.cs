using EdgeAdapt.Gradients.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>Operators that only rename axes: the gradient gets the input's shape back.</summary>
internal sealed class ReshapeAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Reshape", "Flatten", "Squeeze", "Unsqueeze"];

    public void Emit(AdjointContext context) =>
        context.Give(0, context.Writer.ReshapeLike(context.Gradient, context.Input(0), context.InputShape(0)));
}
