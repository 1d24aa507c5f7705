using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// The sample selection of CEMA (Chen et al., ICLR 2024, equations 1 and 3): keeps E_min &lt; H &lt; E_max(t), both strict,
/// where E_max follows the mean entropy of the whole stream: E_max(t) = λ E_max(0) H̄(t) / H̄(warm-up). Not thread safe:
/// one owner feeds it the stream in order.
/// </summary>
public sealed class EntropyFilter
{
    private readonly EntropyFilterOptions _options;
    private readonly double _logClasses;
    private readonly UploadBudget? _budget;
    private long _samples;
    private double _sum;
    private double? _warmUpMean;

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
        _budget = options.UploadShare is { } share ? new UploadBudget(share) : null;
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

    /// <summary>Samples counted so far, selected or not.</summary>
    public long Samples => _samples;

    /// <summary>What the filter has learnt; setting it continues an earlier stream.</summary>
    public EntropyFilterState State
    {
        get => new(_samples, _sum, _warmUpMean, _budget?.Credit ?? 0);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Samples < 0 || !double.IsFinite(value.EntropySum) || value.EntropySum < 0 || value.WarmUpMean is { } mean && !(mean >= 0)
                || !(value.Credit >= 0 && double.IsFinite(value.Credit)))
            {
                throw new ArgumentException("The saved state of the entropy filter is damaged; start without it.", nameof(value));
            }

            (_samples, _sum, _warmUpMean) = (value.Samples, value.EntropySum, value.WarmUpMean);
            if (_budget is not null)
            {
                _budget.Credit = value.Credit;
            }
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
        for (int i = 0; i < entropies.Length; i++)
        {
            entropies[i] = Logits.Entropy(logits.Sample(i));
        }

        return Select(entropies);
    }

    /// <summary>As <see cref="Select(FloatTensor)"/>, for entropies that are known already.</summary>
    /// <param name="entropies">One a sample, nats.</param>
    public IReadOnlyList<int> Select(ReadOnlySpan<float> entropies)
    {
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

        double maximum = MaximumEntropy ?? double.PositiveInfinity;
        double minimum = MinimumEntropy ?? double.NegativeInfinity;
        var kept = new List<int>(entropies.Length);
        for (int i = 0; i < entropies.Length; i++)
        {
            if (entropies[i] < maximum && entropies[i] > minimum)
            {
                kept.Add(i);
            }
        }

        return Affordable(kept, entropies);
    }

    /// <summary>Forgets the stream.</summary>
    public void Reset()
    {
        (_samples, _sum, _warmUpMean) = (0, 0, null);
        if (_budget is not null)
        {
            _budget.Credit = 0;
        }
    }

    /// <summary>As many as the budget pays for, the least certain first, ascending.</summary>
    private IReadOnlyList<int> Affordable(List<int> kept, ReadOnlySpan<float> entropies)
    {
        if (_budget is null)
        {
            return kept;
        }

        int granted = _budget.Grant(entropies.Length, kept.Count);
        if (granted == kept.Count)
        {
            return kept;
        }

        float[] values = entropies.ToArray();
        return [.. kept.OrderByDescending(i => values[i]).Take(granted).Order()];
    }
}
