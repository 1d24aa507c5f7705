using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// What methods share that learn from some samples of a batch only: the whole batch makes the statistics, broken images are
/// left out, and the answer comes before the step.
/// </summary>
internal sealed class SelectiveTraining(NormalizationModel model, IParameterOptimizer optimizer, SessionSettings? settings) : IDisposable
{
    private readonly StatisticsSession _forward = new(model, settings);

    public BatchTraining Training { get; } = new(model, optimizer, settings);

    /// <summary>Infers under the batch's own statistics; [N, K].</summary>
    public FloatTensor Forward(FloatTensor images, IReadOnlyList<LayerParameters> parameters) =>
        _forward.Run(images, parameters, null, StatisticsPolicy.Batch).Logits;

    /// <summary>Answers a batch, then lets the method learn from it.</summary>
    /// <param name="images"><c>[N, C, H, W]</c>, N at least 1.</param>
    /// <param name="learn">From the usable images and their logits: the rows chosen to learn from, ascending, and whether a step was taken.</param>
    public TestTimeResult Infer(FloatTensor images, Func<FloatTensor, FloatTensor, (IReadOnlyList<int> Chosen, bool Applied)> learn)
    {
        ArgumentNullException.ThrowIfNull(images);
        var usable = new UsableImages(images);
        if (usable.Rows.Count == 0)
        {
            return new TestTimeResult(UsableImages.Broken(images.Count, model.Signature.Classes), []);
        }

        FloatTensor logits = Forward(usable.Images, Training.Parameters);
        (IReadOnlyList<int> chosen, bool applied) = learn(usable.Images, logits);
        return new TestTimeResult(usable.Spread(logits), [.. chosen.Select(row => usable.Rows[row])], 0, applied ? Training.SetBytes : 0);
    }

    /// <summary>The mask [count] that is 1 at the given rows.</summary>
    public static float[] Mask(int count, IReadOnlyList<int> rows)
    {
        float[] mask = new float[count];
        foreach (int row in rows)
        {
            mask[row] = 1;
        }

        return mask;
    }

    /// <summary>Rows among the candidates whose entropy is below a bound in nats; one that is NaN is not.</summary>
    public static IReadOnlyList<int> Below(double bound, FloatTensor logits, IEnumerable<int> candidates) =>
        [.. candidates.Where(row => Logits.Entropy(logits.Sample(row)) < bound)];

    public void Dispose()
    {
        Training.Dispose();
        _forward.Dispose();
    }
}
