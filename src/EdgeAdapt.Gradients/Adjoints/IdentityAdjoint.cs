namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>The gradient passes as it is.</summary>
internal sealed class IdentityAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Identity"];

    public void Emit(AdjointContext context) => context.Give(0, context.Gradient);
}
