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
    private readonly SelectiveTraining _selective;
    private readonly RedundancyFilter _redundancy;
    private readonly float _margin;

    /// <summary>Creates the method.</summary>
    /// <exception cref="ArgumentException">The options are not usable; the message lists every fault.</exception>
    /// <exception cref="EdgeAdapt.Onnx.OnnxModelException">Training cannot pass through an operator of the model.</exception>
    public EtaAdaptation(NormalizationModel model, EtaOptions options, SessionSettings? settings = null)
        : this(model, options, settings, null)
    {
    }

    /// <summary>Creates the method with an optimizer of one's own; null for gradient descent.</summary>
    internal EtaAdaptation(NormalizationModel model, EtaOptions options, SessionSettings? settings, IParameterOptimizer? optimizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        OptionFaults.ThrowIfAny(options.FindFaults(), nameof(options));
        _redundancy = new RedundancyFilter(options.RedundancyMargin);
        _margin = (float)(options.EntropyMargin * Math.Log(model.Signature.Classes));
        _selective = new SelectiveTraining(model, optimizer ?? new GradientDescent(options.LearningRate, options.Momentum), settings);
    }

    /// <inheritdoc/>
    public TestTimeResult Infer(FloatTensor images, IReadOnlyList<IAdaptationSample> samples) => _selective.Infer(images, Learn);

    /// <inheritdoc/>
    public void Reset()
    {
        _selective.Training.Reset();
        _redundancy.Reset();
    }

    /// <inheritdoc/>
    public void Dispose() => _selective.Dispose();

    private (IReadOnlyList<int> Chosen, bool Applied) Learn(FloatTensor images, FloatTensor logits)
    {
        IReadOnlyList<int> kept = _redundancy.Select(logits, SelectiveTraining.Below(_margin, logits, Enumerable.Range(0, images.Count)));
        var inputs = new LossInputs { EntropyMargin = _margin, SampleMask = SelectiveTraining.Mask(images.Count, kept) };
        return (kept, kept.Count > 0 && _selective.Training.Step(images, inputs).Applied);
    }
}
