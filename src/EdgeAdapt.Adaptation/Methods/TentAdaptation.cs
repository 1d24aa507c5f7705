using EdgeAdapt.Gradients;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// Tent (Wang et al., ICLR 2021): batch statistics, and one Adam step on γ and β for the mean entropy of each batch. It
/// needs gradients for every sample; run in the cloud, every sample would be uploaded.
/// </summary>
public sealed class TentAdaptation : ITestTimeAdaptation
{
    private readonly NormalizationModel _model;
    private readonly BatchTraining _training;

    /// <summary>Creates the method.</summary>
    /// <exception cref="ArgumentException">The options are not usable; the message lists every fault.</exception>
    /// <exception cref="EdgeAdapt.Onnx.OnnxModelException">Training cannot pass through an operator of the model.</exception>
    public TentAdaptation(NormalizationModel model, TentOptions options, SessionSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionFaults.ThrowIfAny(options.FindFaults(), nameof(options));
        _model = model;
        _training = new BatchTraining(model, new Adam(options.LearningRate), settings);
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

        (FloatTensor logits, bool applied) = _training.Step(usable.Images, new LossInputs());
        return new TestTimeResult(usable.Spread(logits), usable.Rows, 0, applied ? _training.SetBytes : 0);
    }

    /// <inheritdoc/>
    public void Reset() => _training.Reset();

    /// <inheritdoc/>
    public void Dispose() => _training.Dispose();
}
