using EdgeAdapt.Adaptation;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Preparation;

/// <summary>Mean and variance of every layer's input over many batches, by the law of total variance in float64.</summary>
internal sealed class StatisticsEstimate : IDisposable
{
    private readonly NormalizationModel _model;
    private readonly StatisticsSession _session;
    private readonly double[][] _mean;
    private readonly double[][] _square;

    public StatisticsEstimate(NormalizationModel model, SessionSettings? settings)
    {
        _model = model;
        _session = new StatisticsSession(model, settings);
        _mean = [.. model.Layers.Select(l => new double[l.Channels])];
        _square = [.. model.Layers.Select(l => new double[l.Channels])];
    }

    /// <summary>Images counted so far. One that holds NaN or infinite values does not count.</summary>
    public long Count { get; private set; }

    /// <summary>Counts a batch <c>[N, C, H, W]</c>.</summary>
    public void Add(FloatTensor images)
    {
        // The source policy leaves every layer the identity it is; the "moving average" of one batch is that batch.
        StatisticsResult result = _session.Run(images, _model.Source, null, StatisticsPolicy.Source);
        if (result.Moving is not { } batch)
        {
            return;
        }

        int usable = Enumerable.Range(0, images.Count).Count(i => !float.IsNaN(result.Logits.Sample(i)[0]));
        for (int layer = 0; layer < batch.Count; layer++)
        {
            for (int c = 0; c < _mean[layer].Length; c++)
            {
                double mean = batch[layer].Mean[c];
                _mean[layer][c] += usable * mean;
                _square[layer][c] += usable * (batch[layer].Variance[c] + (mean * mean));
            }
        }

        Count += usable;
    }

    /// <summary>One entry a layer, in the model's order, of at least one image counted.</summary>
    public IReadOnlyList<LayerStatistics> Result() =>
    [
        .. _mean.Zip(_square, (means, squares) =>
        {
            double[] mean = [.. means.Select(m => m / Count)];
            return new LayerStatistics(
                [.. mean.Select(m => (float)m)], [.. squares.Select((s, c) => (float)Math.Max((s / Count) - (mean[c] * mean[c]), 0))]);
        }),
    ];

    public void Dispose() => _session.Dispose();
}
