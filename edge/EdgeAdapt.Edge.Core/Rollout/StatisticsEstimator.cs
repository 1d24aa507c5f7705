using EdgeAdapt.Adaptation;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Edge.Core.Rollout;

/// <summary>
/// Estimates statistics from batches of frames, forward only. The first batches count alike (momentum 1, 1/2, 1/3 … down to the policy's):
/// with 0.1 from the start, the accident of the first 64 frames would still weigh a third after ten batches.
/// </summary>
internal sealed class StatisticsEstimator : IDisposable
{
    private readonly NormalizationModel _model;
    private readonly StatisticsPolicy _policy;
    private readonly StatisticsSession _session;

    public StatisticsEstimator(NormalizationModel model, StatisticsPolicy policy, SessionSettings settings)
    {
        _model = model;
        _policy = policy;
        _session = new StatisticsSession(model, settings);
    }

    /// <summary>The state's statistics with one more batch <c>[B, C, H, W]</c> in them; null where no frame of it was usable.</summary>
    public DeviceStatistics? Next(ModelState state, FloatTensor frames)
    {
        StatisticsPolicy policy = _policy with { Momentum = Math.Max(_policy.Momentum, 1f / (state.Generation + 1)) };
        StatisticsResult result = _session.Run(frames, state.EstimationParameters(_model), state.Statistics?.Moving, policy);
        return result.Moving is null || ReferenceEquals(result.Moving, state.Statistics?.Moving)
            ? null
            : new DeviceStatistics(result.Moving, result.Mixed, state.Generation + 1, (state.Statistics?.Frames ?? 0) + frames.Count);
    }

    public void Dispose() => _session.Dispose();
}
