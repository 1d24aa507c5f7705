using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Training;

/// <summary>
/// Running mean and variance of a layer in training: r ← (1 − m)·r + m·batch. The variance that is remembered is the unbiased
/// one, n/(n − 1) times the biased one that normalizes the batch, as PyTorch does it.
/// </summary>
public static class RunningStatistics
{
    /// <summary>The layer after a batch; a layer without running statistics is returned unchanged.</summary>
    /// <param name="layer">The layer before.</param>
    /// <param name="batch">Mean and biased variance of the batch.</param>
    /// <param name="count">n, values behind each channel's statistics, at least 2.</param>
    /// <param name="momentum">m.</param>
    public static LayerParameters Update(LayerParameters layer, LayerStatistics batch, long count, double momentum)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(batch);
        return batch.Mean.Length == 0 ? layer : layer with
        {
            Mean = Blend(layer.Mean, batch.Mean, 1, momentum),
            Variance = Blend(layer.Variance, batch.Variance, (double)count / (count - 1), momentum),
        };
    }

    private static float[] Blend(float[] running, float[] batch, double factor, double momentum) =>
        [.. running.Zip(batch, (r, b) => (float)(((1 - momentum) * r) + (momentum * factor * b)))];
}
