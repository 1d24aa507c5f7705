using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Training;

/// <summary>Chooses single values out of many tensors at random, each value as likely as any other.</summary>
internal static class RandomChoice
{
    /// <summary>Marks <paramref name="count"/> values, or all where there are fewer.</summary>
    public static bool[][] Of(IReadOnlyList<FloatTensor> tensors, int count, int seed)
    {
        var random = new Random(seed);
        long left = tensors.Sum(t => (long)t.Values.Length);
        bool[][] chosen = [.. tensors.Select(t => new bool[t.Values.Length])];
        foreach (bool[] tensor in chosen)
        {
            for (int i = 0; i < tensor.Length && count > 0; i++, left--)
            {
                if (random.NextInt64(left) < count)
                {
                    tensor[i] = true;
                    count--;
                }
            }
        }

        return chosen;
    }
}
