using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// LAME (Boudiaf et al., CVPR 2022): the model stays as it is; the answers of a batch are pulled towards those of their nearest
/// neighbours among the features. It needs neighbours of the same class in a batch, so it gains where labels are correlated and
/// loses where they are mixed. Nothing is trained or uploaded, and nothing is kept from one batch to the next.
/// </summary>
public sealed class LameAdaptation : ITestTimeAdaptation
{
    private readonly FeatureModel _features;
    private readonly LameOptions _options;

    /// <summary>Creates the method.</summary>
    /// <exception cref="ArgumentException">The options are not usable; the message lists every fault.</exception>
    /// <exception cref="EdgeAdapt.Onnx.OnnxModelException">The model has no final linear layer, whose input the neighbours are found by.</exception>
    public LameAdaptation(NormalizationModel model, LameOptions options, SessionSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionFaults.ThrowIfAny(options.FindFaults(), nameof(options));
        _options = options;
        _features = new FeatureModel(model, settings);
    }

    /// <inheritdoc/>
    /// <remarks>The logits are log Y, so that their softmax is the adjusted distribution Y.</remarks>
    public TestTimeResult Infer(FloatTensor images, IReadOnlyList<IAdaptationSample> samples) =>
        _features.Infer(images, (logits, features) => LaplacianAdjustment.Apply(logits, features, _options));

    /// <inheritdoc/>
    public void Reset()
    {
    }

    /// <inheritdoc/>
    public void Dispose() => _features.Dispose();
}
