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
    private readonly StatisticsPolicy _policy;
    private readonly StatisticsSession _session;
    private IReadOnlyList<LayerStatistics>? _moving;

    /// <summary>Creates the method.</summary>
    /// <exception cref="ArgumentException">The policy is not usable; the message lists every fault.</exception>
    public StatisticsAdaptation(NormalizationModel model, StatisticsPolicy policy, SessionSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        OptionFaults.ThrowIfAny(policy.FindFaults(), nameof(policy));
        _model = model;
        _policy = policy;
        _session = new StatisticsSession(model, settings);
    }

    /// <inheritdoc/>
    public TestTimeResult Infer(FloatTensor images, IReadOnlyList<IAdaptationSample> samples)
    {
        StatisticsResult result = _session.Run(images, _model.Source, _moving, _policy);
        _moving = result.Moving;
        return new TestTimeResult(result.Logits, []);
    }

    /// <inheritdoc/>
    public void Reset() => _moving = null;

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
