using EdgeAdapt.Datasets;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Evaluation;

/// <summary>The models and images that methods are compared on.</summary>
/// <param name="Student">The edge model.</param>
/// <param name="Teacher">The foundation model, for methods that learn from one; null for none.</param>
/// <param name="Data">The images.</param>
/// <param name="Normalization">How pixels become model input.</param>
public sealed record EvaluationSubject(NormalizationModel Student, NormalizationModel? Teacher, ICorruptionSet Data, Normalization Normalization)
{
    /// <summary>
    /// The names of the student's classes in the order of its logits; empty where they are unknown. Data that names its classes
    /// is matched by name, so that a folder with some of the classes is numbered as the model numbers them.
    /// </summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];
}
