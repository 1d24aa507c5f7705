using EdgeAdapt.Gradients;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// SAR (Niu et al., ICLR 2023): minimizes the entropy of reliable samples and its sharpness (SAM, Foret et al., ICLR 2021). The gradient is taken at
/// θ + ρ g / ‖g‖, of those samples that are reliable there too. A moving average (0.9, 0.1) of their mean entropy below
/// <see cref="SarOptions.RecoveryEntropy"/> starts the model again. The published code (commit 492c1ad) restores the model but then writes the old average back,
/// so that it goes on restoring batch after batch until fresh entropies have lifted it, and ignores its threshold argument; here the average starts again with the
/// model. Where no sample is reliable at the second point, the published code steps by the momentum alone; here there is no step.
/// </summary>
public sealed class SarAdaptation : ITestTimeAdaptation
{
    private const double Retention = 0.9;
    private readonly SelectiveTraining _selective;
    private readonly FrozenLayers _frozen;
    private readonly SarOptions _options;
    private readonly double _margin;
    private readonly double _recovery;
    private double? _average;

    /// <summary>Creates the method.</summary>
    /// <exception cref="ArgumentException">The options are not usable; the message lists every fault.</exception>
    /// <exception cref="EdgeAdapt.Onnx.OnnxModelException">Training cannot pass through an operator of the model.</exception>
    public SarAdaptation(NormalizationModel model, SarOptions options, SessionSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        OptionFaults.ThrowIfAny(options.FindFaults(), nameof(options));
        _options = options;
        _frozen = new FrozenLayers(model, options.FrozenLayers);
        _margin = options.EntropyMargin * Math.Log(model.Signature.Classes);
        _recovery = options.RecoveryEntropy * Math.Log(model.Signature.Classes);
        _selective = new SelectiveTraining(model, new GradientDescent(options.LearningRate, options.Momentum), settings);
    }

    /// <summary>How often the model has started again since the last <see cref="Reset"/>.</summary>
    public int Recoveries { get; private set; }

    /// <inheritdoc/>
    public TestTimeResult Infer(FloatTensor images, IReadOnlyList<IAdaptationSample> samples) => _selective.Infer(images, Learn);

    /// <inheritdoc/>
    public void Reset()
    {
        _selective.Training.Reset();
        _average = null;
        Recoveries = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _selective.Dispose();

    private (IReadOnlyList<int> Chosen, bool Applied) Learn(FloatTensor images, FloatTensor logits)
    {
        IReadOnlyList<int> reliable = SelectiveTraining.Below(_margin, logits, Enumerable.Range(0, images.Count));
        return (reliable, reliable.Count > 0 && Step(images, reliable));
    }

    private bool Step(FloatTensor images, IReadOnlyList<int> reliable)
    {
        BatchTraining training = _selective.Training;
        if (Gradients(images, reliable, training.Parameters) is not { } first)
        {
            return false;
        }

        LayerParameters[] uphill = LayerGradients.Move(training.Parameters, first, (float)(_options.Radius / (LayerGradients.Norm(first) + 1e-12)));
        FloatTensor logits = _selective.Forward(images, uphill);
        IReadOnlyList<int> still = SelectiveTraining.Below(_margin, logits, reliable);
        if (still.Count == 0 || Gradients(images, still, uphill) is not { } second)
        {
            return false;
        }

        training.Apply(second);
        double entropy = still.Average(row => (double)Logits.Entropy(logits.Sample(row)));
        _average = _average is { } earlier ? (Retention * earlier) + ((1 - Retention) * entropy) : entropy;
        if (_average < _recovery)
        {
            training.Reset();
            _average = null;
            Recoveries++;
        }

        return true;
    }

    private IReadOnlyList<LayerGradient>? Gradients(FloatTensor images, IReadOnlyList<int> rows, IReadOnlyList<LayerParameters> parameters) =>
        _frozen.Clear(_selective.Training.Gradients(images, new LossInputs { SampleMask = SelectiveTraining.Mask(images.Count, rows) }, parameters).Gradients);
}
