using EdgeAdapt.Datasets;

namespace EdgeAdapt.Corruptions;

/// <summary>The random numbers of one image under one corruption: independent of the order and the thread in which images are made.</summary>
internal sealed class CorruptionRandom
{
    private readonly SceneRandom _source;
    private double _spare = double.NaN;

    /// <param name="seed">The seed of the whole set.</param>
    /// <param name="index">The image's index.</param>
    /// <param name="purpose">A number of the corruption's own, so that two corruptions of one image share no noise.</param>
    public CorruptionRandom(long seed, long index, int purpose) => _source = new SceneRandom(seed, index, purpose);

    /// <summary>Uniform in [0, 1).</summary>
    public double Uniform() => _source.Uniform();

    /// <summary>Uniform in [low, high).</summary>
    public double Between(double low, double high) => _source.Between(low, high);

    /// <summary>Uniform in 0 … count − 1.</summary>
    public int Below(int count) => _source.Below(count);

    /// <summary>Standard normal (Marsaglia's polar method).</summary>
    public float Normal()
    {
        if (!double.IsNaN(_spare))
        {
            double kept = _spare;
            _spare = double.NaN;
            return (float)kept;
        }

        double x, y, square;
        do
        {
            x = (2 * _source.Uniform()) - 1;
            y = (2 * _source.Uniform()) - 1;
            square = (x * x) + (y * y);
        }
        while (square is >= 1 or 0);

        double factor = Math.Sqrt(-2 * Math.Log(square) / square);
        _spare = y * factor;
        return (float)(x * factor);
    }
}
