using EdgeAdapt.Gradients;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// ETA, EATA without its Fisher regularizer (Niu et al., ICML 2022): as Tent, but learns only from samples that are reliable
/// (low entropy) and not redundant, each weighted by exp(E₀ − H). The whole batch makes the statistics.
/// </summary>
public sealed class EtaAdaptation : ITestTimeAdaptation
{
    private readonly NormalizationModel _model;
    private readonly StatisticsSession _forward;
    private readonly BatchTraining _training;
    private readonly EntropyFilter _entropy;
    private readonly RedundancyFilter _redundancy;
    private readonly float _margin;

    /// <summary>Creates the method.</summary>
    /// <exception cref="ArgumentException">The options are not usable; the message lists every fault.</exception>
    /// <exception cref="EdgeAdapt.Onnx.OnnxModelException">Training cannot pass through an operator of the model.</exception>
    public EtaAdaptation(NormalizationModel model, EtaOptions options, SessionSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        OptionFaults.ThrowIfAny(options.FindFaults(), nameof(options));
        _model = model;
        _entropy = new EntropyFilter(
            new EntropyFilterOptions { EntropyHighMargin = options.EntropyMargin, EntropyLowMargin = null, WarmUpSamples = null }, model.Signature.Classes);
        _redundancy = new RedundancyFilter(options.RedundancyMargin);
        _margin = (float)(options.EntropyMargin * Math.Log(model.Signature.Classes));
        _forward = new StatisticsSession(model, settings);
        _training = new BatchTraining(model, new GradientDescent(options.LearningRate, options.Momentum), settings);
    }

    /// <inheritdoc/>
    public TestTimeResult Infer(FloatTensor images, IReadOnlyList<IAdaptationSample> samples)
    {
        ArgumentNullException.ThrowIfNull(images);
        var usable = new UsableImages(images);
        if (usable.Rows.Count == 0)
        {
            return new TestTimeResult(UsableImages.Broken(images.Count, _model.Signature.Classes), []);
        }

        FloatTensor logits = _forward.Run(usable.Images, _training.Parameters, null, StatisticsPolicy.Batch).Logits;
        IReadOnlyList<int> kept = _redundancy.Select(logits, _entropy.Select(logits));
        if (kept.Count == 0)
        {
            return new TestTimeResult(usable.Spread(logits), []);
        }

        float[] mask = new float[usable.Rows.Count];
        foreach (int row in kept)
        {
            mask[row] = 1;
        }

        (_, bool applied) = _training.Step(usable.Images, new LossInputs { EntropyMargin = _margin, SampleMask = mask });
        return new TestTimeResult(usable.Spread(logits), [.. kept.Select(row => usable.Rows[row])], 0, applied ? _training.SetBytes : 0);
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _training.Reset();
        _entropy.Reset();
        _redundancy.Reset();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _training.Dispose();
        _forward.Dispose();
    }
}
