namespace EdgeAdapt.Edge.Core.Telemetry;

/// <summary>Counts answers; its one owner clears and fills it. Adding allocates nothing.</summary>
internal sealed class DriftTally(int classes)
{
    private readonly long[] _entropy = new long[DriftWindow.Bins];
    private readonly long[] _confidence = new long[DriftWindow.Bins];
    private readonly long[] _classes = new long[classes];
    private double _entropySum;
    private double _confidenceSum;

    /// <summary>Answers in it.</summary>
    public long Frames { get; private set; }

    /// <summary>Counts one answer.</summary>
    /// <param name="entropy">As a share of ln K, 0 to 1.</param>
    /// <param name="confidence">Probability of the answered class, 0 to 1.</param>
    /// <param name="answered">The answered class.</param>
    public void Add(double entropy, double confidence, int answered)
    {
        Frames++;
        _entropySum += entropy;
        _confidenceSum += confidence;
        _entropy[BinOf(entropy)]++;
        _confidence[BinOf(confidence)]++;
        _classes[answered]++;
    }

    /// <summary>Counts what another has counted.</summary>
    public void Add(DriftTally other)
    {
        Frames += other.Frames;
        _entropySum += other._entropySum;
        _confidenceSum += other._confidenceSum;
        Add(_entropy, other._entropy);
        Add(_confidence, other._confidence);
        Add(_classes, other._classes);
    }

    /// <summary>Starts at nothing.</summary>
    public void Clear()
    {
        (Frames, _entropySum, _confidenceSum) = (0, 0, 0);
        Array.Clear(_entropy);
        Array.Clear(_confidence);
        Array.Clear(_classes);
    }

    /// <summary>What it has counted so far.</summary>
    public DriftWindow ToWindow() =>
        new(Frames, _entropySum / Frames, _confidenceSum / Frames, [.. _entropy], [.. _confidence], [.. _classes]);

    /// <summary>What it and another have counted so far; neither is changed.</summary>
    public DriftWindow With(DriftTally other)
    {
        var both = new DriftTally(_classes.Length);
        both.Add(this);
        both.Add(other);
        return both.ToWindow();
    }

    private static int BinOf(double share) => Math.Min((int)(share * DriftWindow.Bins), DriftWindow.Bins - 1);

    private static void Add(long[] to, long[] from)
    {
        for (int i = 0; i < to.Length; i++)
        {
            to[i] += from[i];
        }
    }
}
