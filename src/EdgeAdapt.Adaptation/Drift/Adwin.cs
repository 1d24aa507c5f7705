namespace EdgeAdapt.Adaptation;

/// <summary>
/// ADWIN, the second version (Bifet and Gavaldà, SDM 2007): a window over the newest values that loses its oldest ones as soon as some cut of it has two sides whose means
/// differ by more than ε = √(2 v d / m) + 2 d / (3 m), with v the window's variance, 1/m = 1/n₀ + 1/n₁ and d = ln(2 ln n / δ). Sums are kept in buckets of 1, 2, 4, …
/// values, so memory grows with the logarithm of the window, and cuts lie between buckets. All memory is taken at the start; an update allocates nothing. Not thread safe.
/// </summary>
public sealed class Adwin
{
    /// <summary>Sizes of buckets: a window of 2⁴⁸ values is never reached.</summary>
    private const int Levels = 48;
    private readonly AdwinOptions _options;
    private readonly int _capacity;
    private readonly double[] _sums;
    private readonly double[] _squares;
    private readonly int[] _counts = new int[Levels];
    private int _levels = 1;
    private int _sinceLook;
    private long _width;
    private double _sum;
    private double _square;

    /// <summary>Creates a detector that has seen nothing.</summary>
    /// <exception cref="ArgumentException">The options are not usable; the message lists every fault.</exception>
    public Adwin(AdwinOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionFaults.ThrowIfAny(options.FindFaults(), nameof(options));
        _options = options;
        _capacity = options.Buckets + 1;
        _sums = new double[Levels * _capacity];
        _squares = new double[Levels * _capacity];
    }

    /// <summary>Values in the window.</summary>
    public long Width => _width;

    /// <summary>Their mean; NaN for none.</summary>
    public double Mean => _width == 0 ? double.NaN : _sum / _width;

    /// <summary>Their variance (of n, not n − 1); NaN for none.</summary>
    public double Variance => _width == 0 ? double.NaN : _square / _width;

    /// <summary>The window; setting it continues an earlier series.</summary>
    /// <exception cref="ArgumentException">It is set to what no series gives under these options.</exception>
    public AdwinState State
    {
        get
        {
            var buckets = new List<AdwinBucket>();
            for (int level = _levels - 1; level >= 0; level--)
            {
                for (int i = 0; i < _counts[level]; i++)
                {
                    int at = (level * _capacity) + i;
                    buckets.Add(new AdwinBucket(level, _sums[at], _squares[at]));
                }
            }

            return new AdwinState(_sinceLook, buckets);
        }

        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (!value.IsUsable(Levels, _options.Buckets))
            {
                throw new ArgumentException("The saved state of ADWIN is damaged or belongs to other options; start without it.", nameof(value));
            }

            Reset();
            _sinceLook = value.SinceLook;
            foreach (AdwinBucket bucket in value.Buckets)
            {
                _levels = Math.Max(_levels, bucket.Level + 1);
                Append(bucket.Level, bucket.Sum, bucket.Squares);
                Join(1L << bucket.Level, bucket.Sum, bucket.Squares);
            }
        }
    }

    /// <summary>Takes the next value.</summary>
    /// <param name="value">0 to 1, which the bound rests on; larger and smaller ones are cut to it, NaN is left out.</param>
    /// <returns>The change for which the window has just lost its oldest values; null for none. One change may be found in several pieces.</returns>
    public ChangePoint? Update(double value)
    {
        if (double.IsNaN(value))
        {
            return null;
        }

        value = Math.Clamp(value, 0, 1);
        Join(1, value, 0);
        Append(0, value, 0);
        Compress();
        if (++_sinceLook < _options.Clock)
        {
            return null;
        }

        _sinceLook = 0;
        return Look();
    }

    /// <summary>Forgets the series.</summary>
    public void Reset()
    {
        Array.Clear(_counts);
        (_levels, _sinceLook, _width, _sum, _square) = (1, 0, 0, 0, 0);
    }

    /// <summary>Drops oldest buckets until no cut of what is left shows a change.</summary>
    private ChangePoint? Look()
    {
        ChangePoint? found = null;
        while (FindCut() is var (before, after))
        {
            // The first cut has most of the old values on its side, the last window most of the new.
            found ??= new ChangePoint(after > before ? ChangeDirection.Rise : ChangeDirection.Fall, 0, before, after);
            DropOldest();
        }

        return found is { } change ? change with { Began = _width, After = Mean } : null;
    }

    /// <summary>The means on both sides of the first cut, from the oldest on, that shows a change.</summary>
    private (double Before, double After)? FindCut()
    {
        if (_width < 2 * _options.SmallestSide)
        {
            return null;
        }

        double d = Math.Log(2 * Math.Log(_width) / _options.Confidence);
        double variance = Variance;
        long oldCount = 0;
        double oldSum = 0;
        for (int level = _levels - 1; level >= 0; level--)
        {
            for (int i = 0; i < _counts[level]; i++)
            {
                oldCount += 1L << level;
                oldSum += _sums[(level * _capacity) + i];
                long newCount = _width - oldCount;
                if (newCount < _options.SmallestSide)
                {
                    return null;
                }

                double inverse = (1.0 / oldCount) + (1.0 / newCount);
                double before = oldSum / oldCount;
                double after = (_sum - oldSum) / newCount;
                if (oldCount >= _options.SmallestSide && Math.Abs(before - after) > Math.Sqrt(2 * variance * d * inverse) + (2.0 / 3 * d * inverse))
                {
                    return (before, after);
                }
            }
        }

        return null;
    }

    /// <summary>Makes one bucket of the next size of the two oldest of a size that has too many.</summary>
    private void Compress()
    {
        for (int level = 0; level < _levels && _counts[level] == _capacity && level + 1 < Levels; level++)
        {
            int at = level * _capacity;
            double half = 1L << level;
            double difference = (_sums[at] - _sums[at + 1]) / half;
            double sum = _sums[at] + _sums[at + 1];
            double squares = _squares[at] + _squares[at + 1] + (half / 2 * difference * difference);
            Remove(level, 2);
            Append(level + 1, sum, squares);
            _levels = Math.Max(_levels, level + 2);
        }
    }

    private void DropOldest()
    {
        int level = _levels - 1;
        int at = level * _capacity;
        double count = 1L << level;
        double sum = _sums[at];
        double squares = _squares[at];
        _width -= 1L << level;
        _sum -= sum;

        // Of the whole window's squares, those within the bucket and those between it and the rest go.
        double difference = (sum / count) - (_sum / Math.Max(_width, 1));
        _square = Math.Max(_square - squares - (count * _width / (count + _width) * difference * difference), 0);
        Remove(level, 1);
        while (_levels > 1 && _counts[_levels - 1] == 0)
        {
            _levels--;
        }
    }

    /// <summary>Counts a bucket in the whole window's sums.</summary>
    private void Join(long count, double sum, double squares)
    {
        double difference = _width == 0 ? 0 : (sum / count) - (_sum / _width);
        _square += squares + ((double)count * _width / (count + _width) * difference * difference);
        _sum += sum;
        _width += count;
    }

    private void Append(int level, double sum, double squares)
    {
        int at = (level * _capacity) + _counts[level]++;
        _sums[at] = sum;
        _squares[at] = squares;
    }

    private void Remove(int level, int count)
    {
        int at = level * _capacity;
        _counts[level] -= count;
        Array.Copy(_sums, at + count, _sums, at, _counts[level]);
        Array.Copy(_squares, at + count, _squares, at, _counts[level]);
    }
}
