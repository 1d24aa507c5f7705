namespace EdgeAdapt.Adaptation;

/// <summary>Comparisons that mix statistics, adjust answers or keep a memory.</summary>
internal static class BaselineEntries
{
    public static IReadOnlyList<MethodEntry> All { get; } =
    [
        new("bn-prior", "statistics of each batch, the source's counted as 16 images more", "Schneider et al., NeurIPS 2020",
            c => new SourcePriorAdaptation(c.Student, new SourcePriorOptions(), c.Settings)),
        new("bn-alpha", "statistics half of each batch, half of the source", "alpha-BN: You et al. 2021",
            c => new StatisticsAdaptation(c.Student, PriorPolicies.Alpha, c.Settings)),
        new("bn-moving", "moving average of batch statistics", "TEMA of the CEMA authors' comparison, ICLR 2024",
            c => new StatisticsAdaptation(c.Student, PriorPolicies.Moving, c.Settings)),
        new("bn-layers", "batch statistics where a layer sees a shift, the source's where it sees none", "this product",
            c => new StatisticsAdaptation(c.Student, PriorPolicies.Layers, c.Settings)),
        new("lame", "answers pulled towards those of the nearest neighbours in the batch", "LAME: Boudiaf et al., CVPR 2022",
            c => new LameAdaptation(c.Student, new LameOptions(), c.Settings)),
        new("t3a", "class prototypes from confident features in place of the final layer", "T3A: Iwasawa and Matsuo, NeurIPS 2021",
            c => new T3aAdaptation(c.Student, new T3aOptions(), c.Settings)),
        new("rotta", "a teacher taught by a class-balanced memory, robust to correlated labels", "RoTTA: Yuan et al., CVPR 2023",
            c => new RottaAdaptation(c.Student, new RottaOptions { Seed = c.Seed }, c.Settings)),
        new("cotta", "a teacher averaged over augmented views, with parameters restored at random", "CoTTA: Wang et al., CVPR 2022",
            c => new CottaAdaptation(c.Student, new CottaOptions { Seed = c.Seed }, c.Settings)),
        new("foa", "a search for scales and biases by forward passes alone, several a batch", "after FOA: Niu et al., ICML 2024",
            c => new FoaAdaptation(c.Student, new FoaOptions { Seed = c.Seed }, c.Settings)),
    ];
}
