namespace EdgeAdapt.Adaptation;

/// <summary>What the guard remembers between steps; survives JSON.</summary>
/// <param name="Steps">Steps that the current parameters were trained for since the guard last changed them.</param>
/// <param name="Source">How the source's parameters compare with the current ones.</param>
/// <param name="Stored">Sets of earlier conditions, the one left longest ago first.</param>
public sealed record GuardState(long Steps, GuardScore Source, IReadOnlyList<StoredParameters> Stored)
{
    /// <summary>Nothing yet.</summary>
    public static GuardState Empty { get; } = new(0, GuardScore.Empty, []);
}
