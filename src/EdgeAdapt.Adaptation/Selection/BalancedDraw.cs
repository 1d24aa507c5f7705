namespace EdgeAdapt.Adaptation;

/// <summary>
/// Draws samples at random so that classes come out equally often: a sample's chance falls with the number of kept ones of its class. Scores are those of the exponential race
/// (Gumbel-max; Efraimidis and Spirakis 2006): the samples with the largest scores are a draw without replacement by weight, and a bound on the score is a bound on the share. Not thread safe.
/// </summary>
internal sealed class BalancedDraw(ulong seed)
{
    /// <summary>Hardly any sample has a lower score, be its class the only one that is kept.</summary>
    public const double LowestScore = -8;

    /// <summary>Hardly any sample has a higher score, be its class new among many.</summary>
    public const double HighestScore = 12;

    // What was kept counts for about the next hundred: long enough for a few of each class, short enough to follow a camera that is moved.
    private const double Memory = 0.99;

    // A class ten times as frequent as another is kept 10^(1 / 5) = 1.6 times as often; at 1 it would be three times.
    private const double Balance = 4;
    private readonly Dictionary<int, double> _kept = [];
    private SeededGenerator _generator = new(seed);
    private double _weight = 1;
    private double _total;

    /// <summary>A random score, the larger the rarer the class is among those kept.</summary>
    public double Score(int sampleClass)
    {
        double gumbel = -Math.Log(-Math.Log(Math.Max(_generator.NextUnit(), double.Epsilon)));
        double mean = _total / Math.Max(_kept.Count, 1);
        return gumbel + (Balance * Math.Log((_weight + mean) / (_weight + _kept.GetValueOrDefault(sampleClass))));
    }

    /// <summary>Counts a sample that was kept.</summary>
    public void Keep(int sampleClass)
    {
        // Instead of all others fading, what comes weighs more.
        _weight /= Memory;
        _kept[sampleClass] = _kept.GetValueOrDefault(sampleClass) + _weight;
        _total += _weight;
        if (_weight > 1e100)
        {
            foreach (int key in _kept.Keys.ToArray())
            {
                _kept[key] /= _weight;
            }

            _total /= _weight;
            _weight = 1;
        }
    }

    /// <summary>Forgets the stream.</summary>
    public void Reset()
    {
        _kept.Clear();
        (_weight, _total) = (1, 0);
        _generator = new SeededGenerator(seed);
    }
}
