using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// Batch statistics with the source's as a prior (Schneider et al., NeurIPS 2020): the n usable images of a batch weigh n / (n + N),
/// so that a batch of one stays near the source. The paper mixes the two variances; here the variance is that of the mixture, as
/// <see cref="StatisticsPolicy"/> has it, which adds w (1 − w)(μ_t − μ_s)².
/// </summary>
public sealed class SourcePriorAdaptation : ITestTimeAdaptation
{
    private readonly NormalizationModel _model;
    private readonly SourcePriorOptions _options;
    private readonly StatisticsSession _session;

    /// <summary>Creates the method.</summary>
    /// <exception cref="ArgumentException">The options are not usable; the message lists every fault.</exception>
    public SourcePriorAdaptation(NormalizationModel model, SourcePriorOptions options, SessionSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionFaults.ThrowIfAny(options.FindFaults(), nameof(options));
        _model = model;
        _options = options;
        _session = new StatisticsSession(model, settings);
    }

    /// <inheritdoc/>
    public TestTimeResult Infer(FloatTensor images, IReadOnlyList<IAdaptationSample> samples)
    {
        ArgumentNullException.ThrowIfNull(images);
        int usable = Math.Max(new UsableImages(images).Rows.Count, 1);
        StatisticsPolicy policy = StatisticsPolicy.Batch with { PriorSamples = _options.PriorSamples, BatchSamples = usable };
        return new TestTimeResult(_session.Run(images, _model.Source, null, policy).Logits, []);
    }

    /// <inheritdoc/>
    public void Reset()
    {
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
