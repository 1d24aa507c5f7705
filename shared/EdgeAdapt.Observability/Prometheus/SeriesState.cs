namespace EdgeAdapt.Observability.Prometheus;

/// <summary>The running numbers of one set of attributes. Guarded by its owner.</summary>
internal sealed class SeriesState(KeyValuePair<string, object?>[] tags, IReadOnlyList<double>? bounds)
{
    private readonly double[]? _bounds = bounds is null ? null : [.. bounds];
    private readonly long[]? _counts = bounds is null ? null : new long[bounds.Count + 1];
    private double _value;

    public void Set(double value) => _value = value;

    public void Add(double value)
    {
        _value += value;
        if (_bounds is null)
        {
            return;
        }

        int bucket = 0;
        while (bucket < _bounds.Length && value > _bounds[bucket])
        {
            bucket++;
        }

        _counts![bucket]++;
    }

    public MetricPoint ToPoint() => new(tags, _value, _bounds is null ? null : new HistogramBuckets(_bounds, [.. _counts!]));

    public bool Is(ReadOnlySpan<KeyValuePair<string, object?>> other)
    {
        if (other.Length != tags.Length)
        {
            return false;
        }

        for (int i = 0; i < tags.Length; i++)
        {
            if (tags[i].Key != other[i].Key || !Equals(tags[i].Value, other[i].Value))
            {
                return false;
            }
        }

        return true;
    }
}
