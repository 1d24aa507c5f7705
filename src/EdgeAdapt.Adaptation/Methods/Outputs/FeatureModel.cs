using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>The model as it is, with what its final linear layer reads as a second output: what methods need that adjust answers, not weights.</summary>
internal sealed class FeatureModel : IDisposable
{
    private const string FeatureOutput = "features:output";
    private readonly NormalizationModel _model;
    private readonly ModelSession _session;

    /// <exception cref="OnnxModelException">The model has no final linear layer.</exception>
    public FeatureModel(NormalizationModel model, SessionSettings? settings)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        Head = ClassifierHead.Of(model.Model, model.Signature.OutputName);
        _session = new ModelSession(
            model.Model.Edit(proto =>
            {
                proto.Graph.OpenBatch();
                new GraphWriter(proto.Graph, "features").Output(Head.Features, FeatureOutput);
            }).Proto,
            settings);
    }

    public ClassifierHead Head { get; }

    /// <summary>Answers a batch; images and answers that are not finite stay out of the adjustment.</summary>
    /// <param name="images"><c>[N, C, H, W]</c>, N at least 1.</param>
    /// <param name="adjust">From logits <c>[n, K]</c> and features <c>[n, D]</c> of the usable images, n at least 1: the adjusted logits <c>[n, K]</c>.</param>
    public TestTimeResult Infer(FloatTensor images, Func<FloatTensor, FloatTensor, FloatTensor> adjust)
    {
        ArgumentNullException.ThrowIfNull(images);
        var usable = new UsableImages(images);
        if (usable.Rows.Count == 0)
        {
            return new TestTimeResult(UsableImages.Broken(images.Count, _model.Signature.Classes), []);
        }

        var inputs = new Dictionary<string, FloatTensor>(StringComparer.Ordinal) { [_model.Signature.InputName] = usable.Images };
        FloatTensor[] results = _session.Run(inputs, [_model.Signature.OutputName, FeatureOutput]);
        (FloatTensor logits, FloatTensor features) = (results[0], results[1]);
        if (features.Count != logits.Count || features.SampleLength != Head.Length)
        {
            throw new OnnxModelException(
                $"The final linear layer of '{_model.Model.Name}' reads [{string.Join(", ", features.Shape)}], not one vector of {Head.Length} features an image. Pool or flatten before the classifier and export again.");
        }

        // Finite pixels of absurd size overflow inside the network.
        int[] finite = [.. Enumerable.Range(0, logits.Count).Where(i => FiniteValues.AreAll(features.Sample(i)) && float.IsFinite(Logits.Entropy(logits.Sample(i))))];
        if (finite.Length > 0)
        {
            FloatTensor adjusted = adjust(logits.Select(finite), features.Select(finite));
            for (int i = 0; i < finite.Length; i++)
            {
                adjusted.Sample(i).CopyTo(logits.Sample(finite[i]));
            }
        }

        return new TestTimeResult(usable.Spread(logits), []);
    }

    /// <summary>z / ‖z‖₂; zeros stay zeros.</summary>
    public static double[] Normalize(ReadOnlySpan<float> features)
    {
        double[] unit = new double[features.Length];
        double squares = 0;
        for (int i = 0; i < unit.Length; i++)
        {
            unit[i] = features[i];
            squares += unit[i] * unit[i];
        }

        Scale(unit, squares);
        return unit;
    }

    /// <summary>Scales a vector in place to length 1; zeros stay zeros.</summary>
    public static void Normalize(double[] vector) => Scale(vector, vector.Sum(v => v * v));

    public void Dispose() => _session.Dispose();

    private static void Scale(double[] vector, double squares)
    {
        // PyTorch's normalize divides by at least 1e-12.
        double length = Math.Max(Math.Sqrt(squares), 1e-12);
        for (int i = 0; i < vector.Length; i++)
        {
            vector[i] /= length;
        }
    }
}
