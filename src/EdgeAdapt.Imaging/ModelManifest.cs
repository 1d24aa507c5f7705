using EdgeAdapt.Datasets;

namespace EdgeAdapt.Imaging;

/// <summary>
/// What a model file does not say about itself: how images become its input, and what its classes are called. Kept as
/// JSON beside the model (<c>student.onnx</c> → <c>student.json</c>).
/// </summary>
public sealed record ModelManifest
{
    /// <summary>The model's name, as topics and reports use it: letters, digits, '_' and '-'.</summary>
    public required string Name { get; init; }

    /// <summary>Height of the model's input in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Width of the model's input in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>
    /// What the shorter side of an image is resized to before the centre is cut out, in pixels; not below the crop. Many
    /// ImageNet models use 256 for a crop of 224.
    /// </summary>
    public required int Resize { get; init; }

    /// <summary>How the resized image is brought to <see cref="Height"/> times <see cref="Width"/>.</summary>
    public ImageCrop Crop { get; init; } = ImageCrop.Center;

    /// <summary>Mean and standard deviation of each channel; ImageNet's by default.</summary>
    public Normalization Normalization { get; init; } = Normalization.ImageNet;

    /// <summary>The name of each class in the order of the logits; empty where they have none.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The number of classes; 0 where neither the manifest nor the model says.</summary>
    public int Classes { get; init; }

    /// <summary>Reads the manifest beside a model, or makes one from the model's signature where there is none.</summary>
    /// <param name="modelPath">The .onnx file.</param>
    /// <param name="normalization">Replaces mean and standard deviation of the manifest, for example from a command line.</param>
    /// <exception cref="ModelManifestException">The manifest has faults; the message lists all of them.</exception>
    /// <exception cref="Onnx.OnnxModelException">The model cannot be read.</exception>
    public static ModelManifest Load(string modelPath, Normalization? normalization = null) =>
        ModelManifestFile.Load(modelPath, normalization);

    /// <summary>The name of a class: its label, or its number where it has none.</summary>
    public string LabelOf(int classIndex) =>
        classIndex >= 0 && classIndex < Labels.Count
            ? Labels[classIndex]
            : classIndex.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
