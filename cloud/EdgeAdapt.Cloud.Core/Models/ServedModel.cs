using EdgeAdapt.Adaptation;
using EdgeAdapt.Imaging;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Cloud.Core.Models;

/// <summary>A model that the service adapts, with its teacher. Disposable: it owns the image decoder.</summary>
public sealed class ServedModel : IDisposable
{
    /// <summary>Puts a model together.</summary>
    /// <param name="manifest">The student's name, input and preprocessing.</param>
    /// <param name="student">The model that runs on the devices.</param>
    /// <param name="teacher">The model that teaches it; same classes and same input.</param>
    /// <param name="options">How to adapt.</param>
    public ServedModel(ModelManifest manifest, NormalizationModel student, NormalizationModel teacher, CemaOptions options)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        Manifest = manifest;
        Student = student;
        Teacher = teacher;
        Options = options;
        Preprocessor = new ImagePreprocessor(manifest);
    }

    /// <summary>The model's name as on topics.</summary>
    public string Name => Manifest.Name;

    /// <summary>The student's name, input and preprocessing.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>The model that runs on the devices.</summary>
    public NormalizationModel Student { get; }

    /// <summary>The model that teaches it.</summary>
    public NormalizationModel Teacher { get; }

    /// <summary>How it is adapted.</summary>
    public CemaOptions Options { get; }

    /// <summary>Turns uploads into model inputs.</summary>
    public ImagePreprocessor Preprocessor { get; }

    /// <inheritdoc/>
    public void Dispose() => Preprocessor.Dispose();
}
