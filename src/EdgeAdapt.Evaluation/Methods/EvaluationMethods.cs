using EdgeAdapt.Adaptation;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Evaluation;

/// <summary>The methods that can be compared, by name.</summary>
public static class EvaluationMethods
{
    private const string Cema = "cema";
    private const string EdgeAdapt = "edgeadapt";

    /// <summary>The product's method on thinner uplinks: name and largest share of the stream that goes up.</summary>
    private static readonly Dictionary<string, double> Budgets = new() { ["edgeadapt-25"] = 0.25, ["edgeadapt-10"] = 0.10, ["edgeadapt-2"] = 0.02 };

    /// <summary>Every name, in the order of a table from doing nothing to doing most.</summary>
    public static IReadOnlyList<string> Names { get; } = ["source", "bn", "statistics", "tent", "eta", Cema, EdgeAdapt, .. Budgets.Keys];

    /// <summary>Whether a method learns from a teacher.</summary>
    public static bool NeedsTeacher(string name) => name is Cema or EdgeAdapt || Budgets.ContainsKey(name);

    /// <summary>Whether a method's parameters come back from a cloud, so that a delay changes it.</summary>
    public static bool HasDelay(string name) => NeedsTeacher(name);

    /// <summary>Makes a method with the constants that its authors published; the caller disposes it.</summary>
    /// <param name="name">Out of <see cref="Names"/>.</param>
    /// <param name="student">The edge model.</param>
    /// <param name="teacher">The foundation model, where the method needs one.</param>
    /// <param name="imageShape">C, H, W of the images.</param>
    /// <param name="seed">Seed of its random draws.</param>
    /// <param name="settings">How ONNX Runtime runs it.</param>
    public static ITestTimeAdaptation Create(
        string name, NormalizationModel student, NormalizationModel? teacher, (int Channels, int Height, int Width) imageShape, ulong seed, SessionSettings settings) =>
        name switch
        {
            "source" => new SourceModel(student, settings),
            "bn" => new StatisticsAdaptation(student, StatisticsPolicy.Batch, settings),
            "statistics" => new StatisticsAdaptation(student, StatisticsPolicy.Default, settings),
            "tent" => new TentAdaptation(student, new TentOptions(), settings),
            "eta" => new EtaAdaptation(student, new EtaOptions(), settings),
            Cema => new CemaAdaptation(student, teacher!, CemaOptions.Paper with { Seed = seed }, settings, imageShape),
            EdgeAdapt => new CemaAdaptation(student, teacher!, CemaOptions.Default with { Seed = seed }, settings, imageShape),
            _ when Budgets.TryGetValue(name, out double share) => new CemaAdaptation(
                student, teacher!, CemaOptions.Default with { Seed = seed, Selection = CemaOptions.Default.Selection with { UploadShare = share } }, settings, imageShape),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Unknown method."),
        };
}
