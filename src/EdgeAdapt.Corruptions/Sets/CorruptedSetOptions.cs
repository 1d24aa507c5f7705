namespace EdgeAdapt.Corruptions;

/// <summary>What <see cref="CorruptedSet"/> writes.</summary>
public sealed record CorruptedSetOptions
{
    /// <summary>Names out of <see cref="CorruptionCatalog"/> and <see cref="CameraDriftCatalog"/>; the 19 corruptions by default.</summary>
    public IReadOnlyList<string> Names { get; init; } = [.. CorruptionCatalog.All.Select(c => c.Name)];

    /// <summary>Severities, 1 to 5, one after another in each file; all five by default.</summary>
    public IReadOnlyList<int> Severities { get; init; } = [1, 2, 3, 4, 5];

    /// <summary>Seed of everything random; the same seed gives the same bytes.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Threads at work; 0 for one a core. No effect on the bytes written.</summary>
    public int Threads { get; init; }

    /// <summary>The first so many images only; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>Refuses values out of range.</summary>
    /// <exception cref="ArgumentException">One or more values are wrong; the message lists all of them.</exception>
    public void Validate()
    {
        var faults = new List<string>();
        string[] unknown = [.. Names.Where(n => CorruptionCatalog.Find(n) is null && CameraDriftCatalog.Find(n) is null)];
        if (unknown.Length > 0 || Names.Count == 0)
        {
            faults.Add(
                $"{(unknown.Length > 0 ? $"There is no corruption {string.Join(", ", unknown)}" : "No corruption is named")}; choose from " +
                $"{string.Join(", ", CorruptionCatalog.All.Select(c => c.Name).Concat(CameraDriftCatalog.All.Select(d => d.Name)))}.");
        }

        if (Severities.Count == 0 || Severities.Any(s => s is < 1 or > Corruption.MaximumSeverity) || Severities.Distinct().Count() < Severities.Count)
        {
            faults.Add($"The severities are {string.Join(", ", Severities)}; give each of 1 to {Corruption.MaximumSeverity} at most once.");
        }

        if (Threads < 0)
        {
            faults.Add($"The number of threads is {Threads}; give 1 or more, or 0 for one a core.");
        }

        if (Limit is < 1)
        {
            faults.Add($"The limit is {Limit} images; give at least 1.");
        }

        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, faults));
        }
    }
}
