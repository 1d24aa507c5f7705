namespace EdgeAdapt.Adaptation;

/// <summary>
/// FOA's back-to-source activation shifting: features z are read as z + s (μ_S − μ_t), where μ_t is a moving average of the stream's mean features. The final layer is linear,
/// so the shift is one vector W s (μ_S − μ_t) added to the logits, and costs nothing.
/// </summary>
/// <param name="head">The final linear layer.</param>
/// <param name="source">μ_S <c>[D]</c>, the mean features of source images.</param>
/// <param name="options">Constants.</param>
internal sealed class ActivationShift(ClassifierHead head, IReadOnlyList<float> source, FoaOptions options)
{
    private double[]? _average;

    /// <summary>What is added to the logits, <c>[K]</c>; zeros before a batch was seen.</summary>
    public double[] Logits => _average is not { } average ? new double[head.Weights.Count] :
        [.. head.Weights.Select(row => options.ShiftStep * row.Zip(source.Zip(average, (s, t) => s - t), (w, d) => w * d).Sum())];

    /// <summary>Takes the mean features of a batch in.</summary>
    public void Add(double[] mean) =>
        _average = _average is not { } before ? mean : [.. before.Zip(mean, (a, b) => a + (options.ShiftMomentum * (b - a)))];

    public void Reset() => _average = null;
}
