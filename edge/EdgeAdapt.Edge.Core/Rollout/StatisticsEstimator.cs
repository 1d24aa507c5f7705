using EdgeAdapt.Adaptation;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Edge.Core.Rollout;

/// <summary>Estimates statistics from batches of frames, forward only.</summary>
internal sealed class StatisticsEstimator : IDisposable
{
    // 32 frames of 72 x 72. A pass needs some fifty times its input: a device has those hundred MB to spare, and making the session anew each time makes the pass
    // twice as long. At 224 x 224 it would be half a gigabyte that lies idle nearly all the time.
    private const long MostValuesHeld = 500_000;
    private readonly NormalizationModel _model;
    private readonly StatisticsFollower _follower;

    /// <summary>Prepares the statistics graph.</summary>
    /// <param name="model">The model.</param>
    /// <param name="policy">How to follow.</param>
    /// <param name="settings">How to run it.</param>
    /// <param name="batchValues">Values of a batch of frames, B·C·H·W.</param>
    /// <param name="folder">Where the weights of a large pass wait for the next one; its memory is gone with them too. On a disk that does not take them they stay in memory.</param>
    public StatisticsEstimator(NormalizationModel model, StatisticsPolicy policy, SessionSettings settings, long batchValues, string folder)
    {
        _model = model.WithoutWeights();
        settings = InBackground(settings);
        HoldsMemory = batchValues <= MostValuesHeld;
        if (HoldsMemory)
        {
            _follower = new StatisticsFollower(model, policy, settings with { PlanMemory = false });
            return;
        }

        try
        {
            _follower = new StatisticsFollower(model, policy, settings, folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _follower = new StatisticsFollower(model, policy, settings with { KeepMemory = false });
        }
    }

    /// <summary>Whether the memory of a pass is held for the next one.</summary>
    public bool HoldsMemory { get; }

    /// <summary>The state's statistics with one more batch <c>[B, C, H, W]</c> in them, and whether the stream changed with it; null where no frame of it was usable.</summary>
    public (DeviceStatistics Statistics, bool Changed)? Next(ModelState state, FloatTensor frames)
    {
        StatisticsMemory? before = state.Statistics?.Memory;
        StatisticsFollowing result = _follower.Next(frames, state.EstimationParameters(_model), before);
        return result.Memory is null || ReferenceEquals(result.Memory, before)
            ? null
            : (new DeviceStatistics(result.Memory, result.Mixed, state.Generation + 1, (state.Statistics?.Frames ?? 0) + frames.Count), result.Changed);
    }

    // Half of the cores, and none of them spun on. With all of them, spinning against those of the answers, each answer of ResNet-18 on two busy cores took three times as
    // long for the nearly five seconds of a pass; now it is twice as long, and not for longer.
    private static SessionSettings InBackground(SessionSettings settings)
    {
        int threads = settings.Threads == 0 ? Environment.ProcessorCount : settings.Threads;
        return settings with { Threads = Math.Max(1, threads / 2), Spin = false };
    }

    public void Dispose() => _follower.Dispose();
}
