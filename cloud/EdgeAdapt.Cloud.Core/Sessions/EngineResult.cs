using EdgeAdapt.Adaptation;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Cloud.Core.Sessions;

/// <summary>What a step of <see cref="AdaptationEngine"/> gives.</summary>
/// <param name="State">The state after the step.</param>
/// <param name="Step">The step's losses.</param>
/// <param name="Parameters">The student's parameters after it, one entry a layer.</param>
/// <param name="AnswerShift">How far the update moved the student's answers, see <see cref="Sessions.AnswerShift"/>.</param>
public sealed record EngineResult(CloudAdapterState State, AdaptationStep Step, IReadOnlyList<LayerParameters> Parameters, double AnswerShift);
