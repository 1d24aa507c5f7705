using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// T3A (Iwasawa and Matsuo, NeurIPS 2021): the final linear layer is replaced by prototypes, one a class, made of the layer's own
/// rows and of the features of confident images; the logit of a class is the features' product with its prototype. No gradient,
/// nothing uploaded. As in the public code, a batch's features are among the supports when it is answered.
/// </summary>
public sealed class T3aAdaptation : ITestTimeAdaptation
{
    private readonly FeatureModel _features;
    private readonly PrototypeSet _prototypes;
    private readonly bool _separates;

    /// <summary>Creates the method.</summary>
    /// <exception cref="ArgumentException">The options are not usable; the message lists every fault.</exception>
    /// <exception cref="EdgeAdapt.Onnx.OnnxModelException">The model has no final linear layer.</exception>
    public T3aAdaptation(NormalizationModel model, T3aOptions options, SessionSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionFaults.ThrowIfAny(options.FindFaults(), nameof(options));
        _features = new FeatureModel(model, settings);
        _prototypes = new PrototypeSet(_features.Head, options.SupportsPerClass);

        // A layer of zeros calls every image by its bias; prototypes of such labels would answer with noise.
        _separates = _features.Head.Weights.Any(row => row.Any(w => w != 0));
    }

    /// <inheritdoc/>
    public TestTimeResult Infer(FloatTensor images, IReadOnlyList<IAdaptationSample> samples) =>
        _features.Infer(images, (logits, features) => _separates ? Answer(logits, features) : logits);

    /// <inheritdoc/>
    public void Reset() => _prototypes.Restart();

    /// <inheritdoc/>
    public void Dispose() => _features.Dispose();

    private FloatTensor Answer(FloatTensor logits, FloatTensor features)
    {
        for (int i = 0; i < logits.Count; i++)
        {
            _prototypes.Add(logits.Sample(i), features.Sample(i));
        }

        _prototypes.Select();
        double[][] prototypes = _prototypes.Prototypes();
        float[] answers = new float[logits.Values.Length];
        for (int i = 0; i < logits.Count; i++)
        {
            float[] z = features.Sample(i).ToArray();
            for (int k = 0; k < prototypes.Length; k++)
            {
                answers[(i * prototypes.Length) + k] = (float)z.Zip(prototypes[k], (a, b) => a * b).Sum();
            }
        }

        return new FloatTensor(answers, logits.Count, prototypes.Length);
    }
}
