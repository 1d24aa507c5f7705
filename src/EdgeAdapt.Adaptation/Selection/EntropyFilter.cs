using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// The sample selection of CEMA (Chen et al., ICLR 2024, equations 1 and 3): keeps E_min &lt; H &lt; E_max(t), both strict,
/// where E_max follows the mean entropy of the whole stream: E_max(t) = λ E_max(0) H̄(t) / H̄(warm-up). Not thread safe:
/// one owner feeds it the stream in order.
/// </summary>
public sealed class EntropyFilter
{
    /// <summary>
    /// Below it <see cref="SelectionStrategy.Automatic"/> draws, and a reserve is held for changes. Measured on road signs: at 40 % of the stream the least certain mostly teach more, at 25 and 10 % a draw does
    /// (docs/evaluate.md).
    /// </summary>
    public const double ThinShare = 0.3;

    private EntropyFilterOptions _options;
    private readonly double _logClasses;
    // Candidates that the floor chose come at random times: with room for one of them, half would find no credit.
    private const int SteeredBurst = 8;
    private readonly UploadBudget _budget = new();
    private readonly ShareFloor _entropyFloor = new();
    private readonly ShareFloor _drawFloor = new();
    private readonly BalancedDraw _draw;
    private SeededGenerator _generator;
    private double? _shareLimit;
    private long _samples;
    private double _sum;
    private double? _warmUpMean;
    private bool _isReserved;

    /// <summary>Creates a filter that has seen nothing.</summary>
    /// <param name="options">Thresholds.</param>
    /// <param name="classes">K, at least 2.</param>
    /// <exception cref="ArgumentException">The options are not usable; the message lists every fault.</exception>
    public EntropyFilter(EntropyFilterOptions options, int classes)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        OptionFaults.ThrowIfAny(options.FindFaults(), nameof(options));
        _options = options;
        _logClasses = Math.Log(classes);
        _generator = new SeededGenerator(options.Seed);
        _draw = new BalancedDraw(options.Seed);
    }

    /// <summary>The thresholds; other ones judge from the next sample on, and what was learnt of the stream stays.</summary>
    /// <exception cref="ArgumentException">They are set to ones that are not usable; the message lists every fault.</exception>
    public EntropyFilterOptions Options
    {
        get => _options;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            OptionFaults.ThrowIfAny(value.FindFaults(), nameof(value));
            _options = value;
        }
    }

    /// <summary>E_max(t) in nats as the next sample will meet it, up to its own share in the mean; null where there is no upper bound.</summary>
    public double? MaximumEntropy
    {
        get
        {
            double? start = _options.EntropyHighMargin * _logClasses;

            // A warm-up of complete certainty has mean 0; the ratio to it says nothing, so the threshold stays where it began.
            double ratio = _warmUpMean is { } warm and > 0 ? _sum / _samples / warm : 1;
            return _warmUpMean is null ? start : start * _options.Lambda * (_options.MayRise ? ratio : Math.Min(ratio, 1));
        }
    }

    /// <summary>E_min in nats; null where there is no lower bound.</summary>
    public double? MinimumEntropy => _options.EntropyLowMargin * _logClasses;

    /// <summary>
    /// What E_min comes to under <see cref="ShareLimit"/>, nats: with <see cref="SelectionStrategy.Uncertainty"/> the entropy that only the share exceeds, and never below E_min;
    /// otherwise E_min. Null where there is no lower bound.
    /// </summary>
    public double? EffectiveMinimumEntropy => _shareLimit is null || Strategy != SelectionStrategy.Uncertainty ? MinimumEntropy : Math.Max(_entropyFloor.Value, MinimumEntropy ?? 0);

    /// <summary>
    /// A bound of the kept share that changes while the stream runs, 0 to 1, as a byte budget on the uplink sets it; the smaller of it and
    /// <see cref="EntropyFilterOptions.UploadShare"/> holds. <see cref="EntropyFilterOptions.Strategy"/> says which samples it goes to. Null for none.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is set to no share.</exception>
    public double? ShareLimit
    {
        get => _shareLimit;
        set
        {
            _shareLimit = value is null or (>= 0 and <= 1) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The bound of the kept share is 0 to 1, or null.");
            if (value is null)
            {
                _entropyFloor.Reset();
                _drawFloor.Reset();
            }
        }
    }

    /// <summary>Samples counted so far, selected or not.</summary>
    public long Samples => _samples;

    /// <summary>What the filter has learnt; setting it continues an earlier stream.</summary>
    public EntropyFilterState State
    {
        get => new(_samples, _sum, _warmUpMean, _budget.Credit, _budget.Reserve + _budget.Released);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Samples < 0 || !double.IsFinite(value.EntropySum) || value.EntropySum < 0 || value.WarmUpMean is { } mean && !(mean >= 0)
                || !(value.Credit >= 0 && double.IsFinite(value.Credit)) || !(value.Reserve >= 0 && double.IsFinite(value.Reserve)))
            {
                throw new ArgumentException("The saved state of the entropy filter is damaged; start without it.", nameof(value));
            }

            (_samples, _sum, _warmUpMean) = (value.Samples, value.EntropySum, value.WarmUpMean);
            _budget.Reset();
            (_budget.Credit, _budget.Reserve, _isReserved) = (value.Credit, value.Reserve, true);
        }
    }

    /// <summary>Counts a batch and returns the samples to keep. The whole batch enters the mean before any of it is judged.</summary>
    /// <param name="logits">
    /// <c>[N, K]</c>; N may be 1 or 0. A sample whose entropy is NaN is neither counted nor kept: one broken image must not poison the mean for good.
    /// </param>
    /// <returns>Indices of the kept samples, ascending; empty where none is kept.</returns>
    public IReadOnlyList<int> Select(FloatTensor logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        float[] entropies = new float[logits.Count];
        int[] classes = new int[logits.Count];
        for (int i = 0; i < entropies.Length; i++)
        {
            entropies[i] = Logits.Entropy(logits.Sample(i));
            classes[i] = Logits.ArgMax(logits.Sample(i));
        }

        return Select(entropies, classes);
    }

    /// <summary>As <see cref="Select(FloatTensor)"/>, for entropies and classes that are known already.</summary>
    /// <param name="entropies">One a sample, nats.</param>
    /// <param name="classes">The class that each was taken for, as many as entropies; empty where they are not known, and then none is preferred.</param>
    public IReadOnlyList<int> Select(ReadOnlySpan<float> entropies, ReadOnlySpan<int> classes = default)
    {
        if (!classes.IsEmpty && classes.Length != entropies.Length)
        {
            throw new ArgumentException($"{classes.Length} classes for {entropies.Length} entropies. Give one each, or none.", nameof(classes));
        }

        foreach (float entropy in entropies)
        {
            if (!float.IsNaN(entropy))
            {
                _samples++;
                _sum += entropy;
            }
        }

        if (_samples >= _options.WarmUpSamples)
        {
            _warmUpMean ??= _sum / _samples;
        }

        BeginReserve();
        double maximum = MaximumEntropy ?? double.PositiveInfinity;
        double minimum = MinimumEntropy ?? double.NegativeInfinity;
        double[] scores = new double[entropies.Length];
        var kept = new List<int>(entropies.Length);
        for (int i = 0; i < entropies.Length; i++)
        {
            if (!float.IsNaN(entropies[i]) && IsWanted(entropies[i], ClassOf(classes, i), minimum, maximum, out scores[i]))
            {
                kept.Add(i);
            }
        }

        IReadOnlyList<int> paid = Affordable(kept, scores);
        if (Share is not null)
        {
            foreach (int i in paid)
            {
                _draw.Keep(ClassOf(classes, i));
            }
        }

        return paid;
    }

    /// <summary>
    /// The order of uncertainty sampling: the least certain of those within the thresholds first. 0 at E_min, 1 at E_max(0), linear between them and bounded; without a threshold its place is 0 or ln K. The thresholds of the
    /// start are used, so that ranks of different times compare.
    /// </summary>
    /// <param name="entropy">H in nats; NaN gives 0.</param>
    public double Rank(float entropy)
    {
        double minimum = MinimumEntropy ?? 0;
        double range = ((_options.EntropyHighMargin ?? 1) * _logClasses) - minimum;
        return float.IsNaN(entropy) || range <= 0 ? 0 : Math.Clamp((entropy - minimum) / range, 0, 1);
    }

    /// <summary>
    /// Says that the stream has changed: half of the reserve (<see cref="EntropyFilterOptions.ReserveFrames"/>) is spent on the next samples that the strategy would have. Without a reserve nothing happens.
    /// </summary>
    public void NoteChange() => _budget.Release();

    /// <summary>Forgets the stream.</summary>
    public void Reset()
    {
        (_samples, _sum, _warmUpMean, _isReserved) = (0, 0, null, false);
        _budget.Reset();
        _entropyFloor.Reset();
        _drawFloor.Reset();
        _draw.Reset();
        _generator = new SeededGenerator(_options.Seed);
    }

    private double? Share => ShareLimit is { } limit ? Math.Min(limit, _options.UploadShare ?? 1) : _options.UploadShare;

    private SelectionStrategy Strategy =>
        _options.Strategy != SelectionStrategy.Automatic ? _options.Strategy : Share < ThinShare ? SelectionStrategy.Balanced : SelectionStrategy.Uncertainty;

    /// <summary>Whether the strategy would have a sample, and how much where not all can be kept.</summary>
    private bool IsWanted(float entropy, int sampleClass, double minimum, double maximum, out double score)
    {
        bool isWithin = entropy < maximum && entropy > minimum;
        score = entropy;
        if (Share is not { } share)
        {
            return isWithin;
        }

        // What a change has released goes to the first that come: a floor would wait for the best.
        bool isFree = ShareLimit is null || _budget.Released >= 1;
        switch (Strategy)
        {
            case SelectionStrategy.Balanced:
                score = _draw.Score(sampleClass);
                return isFree ? entropy > minimum : _drawFloor.Passes(score, entropy > minimum, share, BalancedDraw.LowestScore, BalancedDraw.HighestScore);
            case SelectionStrategy.Random:
                // A draw from all takes what credit pays for: the baseline has no rule of its own.
                score = _generator.NextUnit();
                return true;
            default:
                return isFree ? isWithin : _entropyFloor.Passes(entropy, isWithin, share, Math.Max(minimum, 0), Math.Min(maximum, _logClasses));
        }
    }

    /// <summary>A new stream is a change: nothing of it is known.</summary>
    private void BeginReserve()
    {
        if (!_isReserved && Share is { } share)
        {
            (_budget.Reserve, _isReserved) = (ReserveOf(share), true);
            _budget.Release();
        }
    }

    private double ReserveOf(double share) => Strategy == SelectionStrategy.Random || share >= ThinShare ? 0 : share * _options.ReserveFrames;

    private static int ClassOf(ReadOnlySpan<int> classes, int sample) => classes.IsEmpty ? 0 : classes[sample];

    /// <summary>As many as the budget pays for, those with the largest scores, ascending.</summary>
    private IReadOnlyList<int> Affordable(List<int> kept, double[] scores)
    {
        if (Share is not { } share)
        {
            return kept;
        }

        int granted = _budget.Grant(share, scores.Length, kept.Count, ShareLimit is null ? 1 : SteeredBurst, ReserveOf(share));
        return granted == kept.Count ? kept : [.. kept.OrderByDescending(i => scores[i]).Take(granted).Order()];
    }
}
