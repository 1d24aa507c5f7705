using EdgeAdapt.Gradients;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// DeYO (Lee et al., ICLR 2024): minimizes the entropy of samples that are reliable and whose class rests on the shape of the
/// object: D = p(ŷ | x) − p(ŷ | x′) is large, where x′ is the image with its patches shuffled. Each weighs exp(E₀ − H) + exp(D). An edge computes D forward-only,
/// so only the samples chosen count as uploaded.
/// </summary>
public sealed class DeyoAdaptation : ITestTimeAdaptation
{
    private readonly SelectiveTraining _selective;
    private readonly FrozenLayers _frozen;
    private readonly DeyoOptions _options;
    private readonly SeededGenerator _generator;
    private readonly double _logClasses;

    /// <summary>Creates the method.</summary>
    /// <exception cref="ArgumentException">The options are not usable; the message lists every fault.</exception>
    /// <exception cref="EdgeAdapt.Onnx.OnnxModelException">Training cannot pass through an operator of the model.</exception>
    public DeyoAdaptation(NormalizationModel model, DeyoOptions options, SessionSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        OptionFaults.ThrowIfAny(options.FindFaults(), nameof(options));
        _options = options;
        _frozen = new FrozenLayers(model, options.FrozenLayers);
        _logClasses = Math.Log(model.Signature.Classes);
        _generator = new SeededGenerator(options.Seed);
        _selective = new SelectiveTraining(model, new GradientDescent(options.LearningRate, options.Momentum), settings);
    }

    /// <inheritdoc/>
    public TestTimeResult Infer(FloatTensor images, IReadOnlyList<IAdaptationSample> samples) => _selective.Infer(images, Learn);

    /// <inheritdoc/>
    public void Reset()
    {
        _selective.Training.Reset();
        _generator.State = _options.Seed;
    }

    /// <inheritdoc/>
    public void Dispose() => _selective.Dispose();

    private (IReadOnlyList<int> Chosen, bool Applied) Learn(FloatTensor images, FloatTensor logits)
    {
        IReadOnlyList<int> reliable = SelectiveTraining.Below(_options.EntropyMargin * _logClasses, logits, Enumerable.Range(0, images.Count));
        if (reliable.Count == 0)
        {
            return ([], false);
        }

        FloatTensor shuffled = _selective.Forward(PatchShuffle.Apply(images.Select(reliable), _options.Patches, _generator), _selective.Training.Parameters);
        float[] weights = new float[images.Count];
        var chosen = new List<int>(reliable.Count);
        for (int i = 0; i < reliable.Count; i++)
        {
            ReadOnlySpan<float> answer = logits.Sample(reliable[i]);
            double difference = Difference(answer, shuffled.Sample(i));
            if (difference > _options.MinimumDifference)
            {
                chosen.Add(reliable[i]);
                weights[reliable[i]] = (float)(Math.Exp((_options.WeightMargin * _logClasses) - Logits.Entropy(answer)) + Math.Exp(difference));
            }
        }

        return (chosen, chosen.Count > 0 && Step(images, weights, chosen.Count));
    }

    private bool Step(FloatTensor images, float[] weights, int chosen)
    {
        BatchTraining training = _selective.Training;
        IReadOnlyList<LayerGradient>? gradients = _frozen.Clear(training.Gradients(images, new LossInputs { SampleMask = weights }, training.Parameters).Gradients);
        if (gradients is null)
        {
            return false;
        }

        // The loss is the mean of the weighted entropies over the samples chosen; the session divides by the sum of the weights.
        training.Apply(LayerGradients.Times(gradients, weights.Sum() / chosen));
        return true;
    }

    /// <summary>D; NaN where an answer is not usable.</summary>
    private static double Difference(ReadOnlySpan<float> answer, ReadOnlySpan<float> shuffled)
    {
        float[] p = new float[answer.Length];
        float[] q = new float[answer.Length];
        Logits.Softmax(answer, p);
        Logits.Softmax(shuffled, q);
        int label = Logits.ArgMax(answer);
        return (double)p[label] - q[label];
    }
}
