namespace EdgeAdapt.Cli.Benchmarks;

/// <summary>A network to time a step of.</summary>
/// <param name="Name">"resnet20", "deit_tiny", or a classifier of torchvision.models.</param>
/// <param name="Size">Image height and width in pixels.</param>
/// <param name="Batch">Images a step.</param>
/// <param name="Steps">Timed steps: enough that both sides have left their first, slower ones behind.</param>
internal sealed record BenchedNetwork(string Name, int Size, int Batch, int Steps = 5)
{
    /// <summary>
    /// One network of a sensor's size, one transformer, one large and one mobile convolutional network: by the memory of a step, so that what one
    /// leaves in the process does not count as the next one's peak.
    /// </summary>
    public static IReadOnlyList<BenchedNetwork> Standard { get; } =
    [
        new("resnet20", 32, 128, 25),
        new("deit_tiny", 224, 16),
        new("resnet18", 224, 32),
        new("mobilenet_v2", 224, 32),
    ];

    /// <summary>The standard network of a name, or any other of torchvision at 32 images of 224 × 224.</summary>
    public static BenchedNetwork Of(string name) => Standard.FirstOrDefault(n => n.Name == name) ?? new BenchedNetwork(name, 224, 32);
}
