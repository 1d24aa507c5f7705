using EdgeAdapt.Datasets;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Evaluation;

/// <summary>The models and images that methods are compared on.</summary>
/// <param name="Student">The edge model.</param>
/// <param name="Teacher">The foundation model, for methods that learn from one; null for none.</param>
/// <param name="Data">The images.</param>
/// <param name="Normalization">How pixels become model input.</param>
public sealed record EvaluationSubject(NormalizationModel Student, NormalizationModel? Teacher, ICorruptionSet Data, Normalization Normalization);
