namespace EdgeAdapt.Adaptation;

/// <summary>What an optimizer remembers between steps. Arrays are never written to after construction.</summary>
/// <param name="Steps">Steps taken so far.</param>
/// <param name="First">
/// The first moment (momentum) of each trained tensor <c>[C]</c>: scale and bias of each layer in turn; empty before the first step.
/// </param>
/// <param name="Second">The second moment, likewise; empty for optimizers that have none.</param>
public sealed record OptimizerState(long Steps, IReadOnlyList<float[]> First, IReadOnlyList<float[]> Second)
{
    /// <summary>Nothing yet.</summary>
    public static OptimizerState Empty { get; } = new(0, [], []);
}
