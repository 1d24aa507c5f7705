using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// A random subspace of a model's γ and β: θ(z) = θ₀ + r s A z / √D, where A holds draws of N(0, 1) and s is the layer's root mean square of γ, which is the standard
/// deviation of what the layer puts out: z of N(0, I) moves each γ and β by about r s.
/// </summary>
internal sealed class NormalizationSubspace
{
    private readonly IReadOnlyList<LayerParameters> _source;
    private readonly float[][]?[] _directions;
    private readonly double[] _units;

    /// <param name="model">The model.</param>
    /// <param name="dimension">D.</param>
    /// <param name="radius">r.</param>
    /// <param name="isSearched">Whether a layer takes part; draws are made for all, so that leaving one out does not change the others.</param>
    /// <param name="generator">D draws for each γ, then each β, layer by layer.</param>
    public NormalizationSubspace(NormalizationModel model, int dimension, float radius, Func<int, bool> isSearched, SeededGenerator generator)
    {
        _source = model.Source;
        _directions = new float[_source.Count][][];
        _units = new double[_source.Count];
        for (int layer = 0; layer < _source.Count; layer++)
        {
            float[] scale = _source[layer].Scale;
            float[][] rows = [.. Enumerable.Range(0, 2 * scale.Length).Select(_ => Enumerable.Range(0, dimension).Select(_ => (float)generator.NextNormal()).ToArray())];
            _directions[layer] = isSearched(layer) ? rows : null;
            _units[layer] = radius * Math.Sqrt(scale.Sum(v => (double)v * v) / Math.Max(scale.Length, 1) / dimension);
        }
    }

    /// <summary>The parameters of a point; 0 gives the source's.</summary>
    public IReadOnlyList<LayerParameters> At(IReadOnlyList<double> point) => [.. _source.Select((layer, i) => _directions[i] is not { } rows ? layer : layer with
    {
        Scale = Move(layer.Scale, rows.AsSpan(0, layer.Scale.Length), _units[i], point),
        Bias = Move(layer.Bias, rows.AsSpan(layer.Scale.Length), _units[i], point),
    })];

    private static float[] Move(float[] values, ReadOnlySpan<float[]> rows, double unit, IReadOnlyList<double> point)
    {
        float[] moved = new float[values.Length];
        for (int i = 0; i < moved.Length; i++)
        {
            double along = 0;
            for (int d = 0; d < point.Count; d++)
            {
                along += rows[i][d] * point[d];
            }

            moved[i] = (float)(values[i] + (unit * along));
        }

        return moved;
    }
}
