using EdgeAdapt.Adaptation;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Edge.Core.Rollout;

/// <summary>Estimates statistics from batches of frames, forward only.</summary>
internal sealed class StatisticsEstimator : IDisposable
{
    private readonly NormalizationModel _model;
    private readonly StatisticsFollower _follower;

    /// <summary>Prepares the statistics graph.</summary>
    /// <param name="model">The model.</param>
    /// <param name="policy">How to follow.</param>
    /// <param name="settings">How to run it.</param>
    /// <param name="folder">
    /// Where its weights wait between passes, whose memory is gone with them too: a pass needs some fifty times its input. On a disk that does not take the weights they stay
    /// in memory.
    /// </param>
    public StatisticsEstimator(NormalizationModel model, StatisticsPolicy policy, SessionSettings settings, string folder)
    {
        _model = model.WithoutWeights();
        try
        {
            _follower = new StatisticsFollower(model, policy, settings, folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _follower = new StatisticsFollower(model, policy, settings with { KeepMemory = false });
        }
    }

    /// <summary>The state's statistics with one more batch <c>[B, C, H, W]</c> in them, and whether the stream changed with it; null where no frame of it was usable.</summary>
    public (DeviceStatistics Statistics, bool Changed)? Next(ModelState state, FloatTensor frames)
    {
        StatisticsMemory? before = state.Statistics?.Memory;
        StatisticsFollowing result = _follower.Next(frames, state.EstimationParameters(_model), before);
        return result.Memory is null || ReferenceEquals(result.Memory, before)
            ? null
            : (new DeviceStatistics(result.Memory, result.Mixed, state.Generation + 1, (state.Statistics?.Frames ?? 0) + frames.Count), result.Changed);
    }

    public void Dispose() => _follower.Dispose();
}
