using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// Re-estimates normalization statistics from the stream and trains nothing, uploads nothing: with
/// <see cref="StatisticsPolicy.Batch"/> the "bn" of the literature, with <see cref="StatisticsPolicy.Default"/> what the
/// product's edge does by itself.
/// </summary>
public sealed class StatisticsAdaptation : ITestTimeAdaptation
{
    private readonly NormalizationModel _model;
    private readonly StatisticsFollower _follower;
    private StatisticsMemory? _memory;

    /// <summary>Creates the method.</summary>
    /// <exception cref="ArgumentException">The policy is not usable; the message lists every fault.</exception>
    public StatisticsAdaptation(NormalizationModel model, StatisticsPolicy policy, SessionSettings? settings = null)
    {
        _follower = new StatisticsFollower(model, policy, settings);
        _model = model;
    }

    /// <inheritdoc/>
    public TestTimeResult Infer(FloatTensor images, IReadOnlyList<IAdaptationSample> samples)
    {
        StatisticsFollowing result = _follower.Next(images, _model.Source, _memory);
        _memory = result.Memory;
        return new TestTimeResult(result.Logits, []);
    }

    /// <inheritdoc/>
    public void Reset() => _memory = null;

    /// <inheritdoc/>
    public void Dispose() => _follower.Dispose();
}
