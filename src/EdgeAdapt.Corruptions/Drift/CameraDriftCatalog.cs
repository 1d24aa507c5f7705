namespace EdgeAdapt.Corruptions;

/// <summary>The camera drifts by name.</summary>
public static class CameraDriftCatalog
{
    /// <summary>All drifts.</summary>
    public static IReadOnlyList<CameraDrift> All { get; } = [new DayNightDrift(), new LensDirtDrift(), new WaterDropsDrift(), new VignettingDrift()];

    /// <summary>The drift of that name, or null.</summary>
    public static CameraDrift? Find(string name) => All.FirstOrDefault(d => d.Name == name);
}
