namespace EdgeAdapt.Adaptation;

/// <summary>Supports of each class, at first the classifier's own rows, and the prototypes that they make.</summary>
internal sealed class PrototypeSet
{
    private readonly ClassifierHead _head;
    private readonly int? _limit;
    private readonly List<(double[] Unit, float Entropy)>[] _supports;

    public PrototypeSet(ClassifierHead head, int? limit)
    {
        _head = head;
        _limit = limit;
        _supports = new List<(double[], float)>[head.Weights.Count];
        Restart();
    }

    public void Restart()
    {
        for (int k = 0; k < _supports.Length; k++)
        {
            _supports[k] = [];
        }

        foreach (float[] row in _head.Weights)
        {
            Add(_head.Logits(row), row);
        }

        Select();
    }

    /// <summary>Adds a feature vector to the class that its logits name.</summary>
    public void Add(ReadOnlySpan<float> logits, ReadOnlySpan<float> features) =>
        _supports[Logits.ArgMax(logits)].Add((FeatureModel.Normalize(features), Logits.Entropy(logits)));

    /// <summary>Keeps the supports of lowest entropy, the earlier one of equals.</summary>
    public void Select()
    {
        if (_limit is not { } limit)
        {
            return;
        }

        for (int k = 0; k < _supports.Length; k++)
        {
            _supports[k] = [.. _supports[k].OrderBy(s => s.Entropy).Take(limit)];
        }
    }

    /// <summary>One vector of length 1 a class; zeros for a class that has no support.</summary>
    public double[][] Prototypes() =>
    [
        .. _supports.Select(supports =>
        {
            double[] sum = new double[_head.Length];
            foreach ((double[] unit, _) in supports)
            {
                for (int d = 0; d < sum.Length; d++)
                {
                    sum[d] += unit[d];
                }
            }

            FeatureModel.Normalize(sum);
            return sum;
        }),
    ];
}
