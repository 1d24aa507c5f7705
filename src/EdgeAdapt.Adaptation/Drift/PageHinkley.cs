namespace EdgeAdapt.Adaptation;

/// <summary>
/// The Page-Hinkley test in both directions (Page, Biometrika 1954; Hinkley, Biometrika 1971). With x̄ and s, mean and standard deviation of all values since the last
/// change, z = (x − x̄) / s bounded by ±c: the mean has risen where m_t − min m exceeds λ, m_t = Σ (z − δ), and fallen likewise for −z. Until
/// <see cref="PageHinkleyOptions.WarmUp"/> values were seen it only learns; after a change it learns anew. Constant memory; an update allocates nothing. Not thread safe.
/// </summary>
public sealed class PageHinkley
{
    private readonly PageHinkleyOptions _options;
    private long _count;
    private double _mean;
    private double _squares;
    private Side _rise;
    private Side _fall;

    /// <summary>Creates a test that has seen nothing.</summary>
    /// <exception cref="ArgumentException">The options are not usable; the message lists every fault.</exception>
    public PageHinkley(PageHinkleyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionFaults.ThrowIfAny(options.FindFaults(), nameof(options));
        _options = options;
    }

    /// <summary>Values since the last change.</summary>
    public long Count => _count;

    /// <summary>Whether it still learns.</summary>
    public bool IsLearning => _count < _options.WarmUp;

    /// <summary>x̄, mean of the values since the last change; NaN for none.</summary>
    public double Mean => _count == 0 ? double.NaN : _mean;

    /// <summary>s, their standard deviation (of n, not n − 1), at least <see cref="PageHinkleyOptions.SmallestSpread"/>.</summary>
    public double Spread => Math.Max(Math.Sqrt(_squares / Math.Max(_count, 1)), _options.SmallestSpread);

    /// <summary>(m_t − min m) / λ of the direction that is nearer to an alarm, from 0; 1 is the most that passes.</summary>
    public double Suspicion => Math.Max(_rise.Excess, _fall.Excess) / _options.Threshold;

    /// <summary>What it has learnt; setting it continues an earlier series.</summary>
    /// <exception cref="ArgumentException">It is set to what no series gives.</exception>
    public PageHinkleyState State
    {
        get => new(_count, _mean, _squares, _rise.Excess, _rise.Count, _rise.Sum, _fall.Excess, _fall.Count, _fall.Sum);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (!value.IsUsable())
            {
                throw new ArgumentException("The saved state of the Page-Hinkley test is damaged; start without it.", nameof(value));
            }

            (_count, _mean, _squares) = (value.Count, value.Mean, value.Squares);
            _rise = new Side { Excess = value.Rise, Count = value.RiseCount, Sum = value.RiseSum };
            _fall = new Side { Excess = value.Fall, Count = value.FallCount, Sum = value.FallSum };
        }
    }

    /// <summary>Takes the next value.</summary>
    /// <param name="value">NaN and infinity are left out.</param>
    /// <returns>The change that this value shows; null for none.</returns>
    public ChangePoint? Update(double value)
    {
        if (!double.IsFinite(value))
        {
            return null;
        }

        _count++;
        double difference = value - _mean;
        _mean += difference / _count;
        _squares += difference * (value - _mean);
        if (_count <= _options.WarmUp)
        {
            return null;
        }

        double deviation = Math.Clamp((value - _mean) / Spread, -_options.LargestDeviation, _options.LargestDeviation);
        _rise.Add(deviation - _options.Tolerance, value);
        _fall.Add(-deviation - _options.Tolerance, value);
        return _rise.Excess > _options.Threshold ? Found(ChangeDirection.Rise, _rise)
            : _fall.Excess > _options.Threshold ? Found(ChangeDirection.Fall, _fall) : null;
    }

    /// <summary>Forgets the series.</summary>
    public void Reset()
    {
        (_count, _mean, _squares) = (0, 0, 0);
        _rise = _fall = default;
    }

    private ChangePoint Found(ChangeDirection direction, Side side)
    {
        double before = ((_mean * _count) - side.Sum) / (_count - side.Count);
        Reset();
        return new ChangePoint(direction, side.Count, before, side.Sum / side.Count);
    }

    /// <summary>One direction. m_t − min m is the sum that starts anew wherever it would fall below 0; that is where a change would have begun.</summary>
    private struct Side
    {
        public double Excess;
        public long Count;
        public double Sum;

        public void Add(double step, double value)
        {
            Excess += step;
            Count++;
            Sum += value;
            if (Excess <= 0)
            {
                this = default;
            }
        }
    }
}
