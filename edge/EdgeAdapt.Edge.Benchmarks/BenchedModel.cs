using EdgeAdapt.Cli;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Training;

namespace EdgeAdapt.Edge.Benchmarks;

/// <summary>A network that is built for a benchmark, with random weights: they do not change the time of an answer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Size">Image height and width in pixels.</param>
/// <param name="Classes">Classes.</param>
/// <param name="Frames">Frames that one timed run answers, and before that to warm up: .NET compiles the agent's code anew, on a core that answers lack meanwhile, while it is young.</param>
internal sealed record BenchedModel(string Name, int Size, int Classes, int Frames)
{
    private const int Seed = 1;

    /// <summary>A network of a sensor's size and one of a camera's.</summary>
    public static IReadOnlyList<BenchedModel> All { get; } = [new("resnet20", 32, 10, 20_000), new("resnet18", 224, 1000, 1500)];

    /// <summary>The network of a name.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static BenchedModel Of(string name) =>
        All.FirstOrDefault(m => m.Name == name) ?? throw new UsageException($"There is no network '{name}'; give {string.Join(" or ", All.Select(m => m.Name))}.");

    /// <summary>Builds it, its normalization layers kept.</summary>
    public OnnxModel Build()
    {
        NormalizationModel empty = NormalizationModel.Of(
            Name == "resnet20" ? ResidualNetwork.Build(20, 16, Classes, 3, Size, Size) : ResidualNetwork.BuildForPhotographs(Classes, Size));
        return NetworkParameters.Random(empty, uniformScale: false, Seed).ApplyTo(empty);
    }
}
