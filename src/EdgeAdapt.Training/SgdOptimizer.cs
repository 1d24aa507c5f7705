namespace EdgeAdapt.Training;

/// <summary>
/// Stochastic gradient descent with momentum as PyTorch defines it: v ← μ·v + (g + λ·w), w ← w − η·v. Owns the velocities.
/// </summary>
internal sealed class SgdOptimizer(double momentum)
{
    private readonly List<float[]> _velocities = [];

    /// <summary>The velocities in the order of the tensors; a checkpoint keeps them.</summary>
    public IReadOnlyList<float[]> Velocities => _velocities;

    /// <summary>Takes over the velocities of a checkpoint.</summary>
    public void Restore(IEnumerable<float[]> velocities)
    {
        _velocities.Clear();
        _velocities.AddRange(velocities);
    }

    /// <summary>One step of one tensor; tensors come in the same order in every step.</summary>
    /// <param name="index">The tensor's place.</param>
    /// <param name="values">w; not written to.</param>
    /// <param name="gradient">g.</param>
    /// <param name="rate">η.</param>
    /// <param name="decay">λ.</param>
    /// <param name="chosen">Which values are trained; null for all.</param>
    /// <returns>The new values.</returns>
    public float[] Step(int index, float[] values, float[] gradient, double rate, double decay, bool[]? chosen)
    {
        while (_velocities.Count <= index)
        {
            _velocities.Add([]);
        }

        if (_velocities[index].Length == 0)
        {
            _velocities[index] = new float[values.Length];
        }

        float[] velocity = _velocities[index];
        float[] next = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (chosen is not null && !chosen[i])
            {
                next[i] = values[i];
                continue;
            }

            velocity[i] = (float)((momentum * velocity[i]) + gradient[i] + (decay * values[i]));
            next[i] = (float)(values[i] - (rate * velocity[i]));
        }

        return next;
    }
}
