namespace EdgeAdapt.Adaptation;

/// <summary>Every method that can be compared, by name.</summary>
public static class MethodCatalog
{
    /// <summary>The methods in the order of a table, from doing nothing to doing most.</summary>
    public static IReadOnlyList<MethodEntry> Entries { get; } =
    [
        new("source", "the model as it is", "no adaptation", c => new SourceModel(c.Student, c.Settings)),
        new("bn", "statistics of each batch alone", "Nado et al. 2020; Schneider et al., NeurIPS 2020",
            c => new StatisticsAdaptation(c.Student, StatisticsPolicy.Batch, c.Settings)),
        new("statistics", "moving statistics mixed with the source's, by layer; trains and uploads nothing", "this product's edge",
            c => new StatisticsAdaptation(c.Student, StatisticsPolicy.Default, c.Settings)),
        new("tent", "entropy minimization on every sample", "Tent: Wang et al., ICLR 2021", c => new TentAdaptation(c.Student, new TentOptions(), c.Settings)),
        new("eta", "entropy minimization on reliable samples that differ from earlier ones", "EATA without Fisher term: Niu et al., ICML 2022",
            c => new EtaAdaptation(c.Student, new EtaOptions(), c.Settings)),
        new("eata", "eta with a Fisher penalty on leaving the source; Fisher information from the first images", "EATA: Niu et al., ICML 2022",
            c => new EataAdaptation(c.Student, new EataOptions(), c.Settings)),
        new("sar", "sharpness-aware entropy minimization on reliable samples, with recovery from collapse", "SAR: Niu et al., ICLR 2023",
            c => new SarAdaptation(c.Student, new SarOptions(), c.Settings)),
        new("deyo", "entropy minimization on samples whose class depends on the order of the patches", "DeYO: Lee et al., ICLR 2024",
            c => new DeyoAdaptation(c.Student, new DeyoOptions { Seed = c.Seed }, c.Settings)),
        new("rdumb", "eta that starts again each 12,800 images", "RDumb: Press et al., NeurIPS 2023", c => new RDumbAdaptation(c.Student, new RDumbOptions(), c.Settings)),
        .. CemaEntries.All,
    ];

    /// <summary>The names of <see cref="Entries"/>, in their order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Entries.Select(e => e.Name)];

    /// <summary>The entry of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists the names.</exception>
    public static MethodEntry Find(string name) =>
        Entries.FirstOrDefault(e => e.Name == name) ?? throw new ArgumentException(FindFault([name]), nameof(name));

    /// <summary>What is wrong with a choice of methods and which there are; null where it is not empty and every name is known.</summary>
    public static string? FindFault(IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        string[] unknown = [.. names.Except(Names)];
        string choice = $"choose from {string.Join(", ", Names)}.";
        return names.Count == 0 ? $"There is no method; {choice}"
            : unknown.Length > 0 ? $"There is no method called {string.Join(", ", unknown)}; {choice}"
            : null;
    }
}
