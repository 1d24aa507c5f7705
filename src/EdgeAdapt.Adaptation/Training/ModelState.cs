using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Adaptation;

/// <summary>All that training has changed in one model, for keeping across restarts.</summary>
/// <param name="ModelSha256">Hash of the model file it belongs to.</param>
/// <param name="Parameters">One entry a layer.</param>
/// <param name="StatisticsStarted">Whether mean and variance of <paramref name="Parameters"/> come from data already.</param>
/// <param name="Memory">What the mixed statistics come from; null before the first batch or where there is none.</param>
/// <param name="Optimizer">What the optimizer remembers.</param>
public sealed record ModelState(
    string ModelSha256, IReadOnlyList<LayerParameters> Parameters, bool StatisticsStarted, StatisticsMemory? Memory, OptimizerState Optimizer);
