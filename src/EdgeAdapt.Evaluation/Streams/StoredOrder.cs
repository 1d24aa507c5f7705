namespace EdgeAdapt.Evaluation;

/// <summary>
/// The order that counts as a condition's own. A folder lists class after class, which is an accident of how it is stored: shown
/// so, every method that uses batch statistics breaks down, and the first hundred images are of one class.
/// </summary>
internal static class StoredOrder
{
    private const int Seed = 1;

    /// <summary>Whether labels never fall and there is more than one class.</summary>
    public static bool IsByClass(IReadOnlyList<int> labels) =>
        labels[0] != labels[^1] && labels.Zip(labels.Skip(1)).All(pair => pair.First <= pair.Second);

    /// <summary>Indices in the order to show: as stored, or shuffled, always the same way, where images are sorted by class.</summary>
    public static int[] Of(int[] labels)
    {
        int[] order = [.. Enumerable.Range(0, labels.Length)];
        if (IsByClass(labels))
        {
            new Random(Seed).Shuffle(order);
        }

        return order;
    }
}
