using EdgeAdapt.Adaptation;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Edge.Core.Rollout;

/// <summary>Estimates statistics from batches of frames, forward only.</summary>
internal sealed class StatisticsEstimator(NormalizationModel model, StatisticsPolicy policy, SessionSettings settings) : IDisposable
{
    private readonly StatisticsFollower _follower = new(model, policy, settings with { KeepMemory = false });

    /// <summary>The state's statistics with one more batch <c>[B, C, H, W]</c> in them, and whether the stream changed with it; null where no frame of it was usable.</summary>
    public (DeviceStatistics Statistics, bool Changed)? Next(ModelState state, FloatTensor frames)
    {
        StatisticsMemory? before = state.Statistics?.Memory;
        StatisticsFollowing result = _follower.Next(frames, state.EstimationParameters(model), before);
        return result.Memory is null || ReferenceEquals(result.Memory, before)
            ? null
            : (new DeviceStatistics(result.Memory, result.Mixed, state.Generation + 1, (state.Statistics?.Frames ?? 0) + frames.Count), result.Changed);
    }

    public void Dispose() => _follower.Dispose();
}
