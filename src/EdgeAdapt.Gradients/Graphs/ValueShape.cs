namespace EdgeAdapt.Gradients.Graphs;

/// <summary>Shape of a value in a model's graph.</summary>
/// <param name="Dimensions">Sizes; -1 where the size follows the batch.</param>
internal sealed record ValueShape(long[] Dimensions)
{
    public int Rank => Dimensions.Length;

    public long this[int axis] => Dimensions[axis];

    /// <summary>How many dimensions follow the batch.</summary>
    public int OpenDimensions => Dimensions.Count(d => d < 0);

    /// <summary>An axis counted from the front, whether it was given from the front or (negative) from the back.</summary>
    public int Axis(long axis) => (int)(axis < 0 ? axis + Rank : axis);

    /// <summary>Product of the dimensions of the axes given, or null where one of them follows the batch.</summary>
    public long? Product(IEnumerable<int> axes)
    {
        long product = 1;
        foreach (int axis in axes)
        {
            if (Dimensions[axis] < 0)
            {
                return null;
            }

            product *= Dimensions[axis];
        }

        return product;
    }

    public override string ToString() => $"[{string.Join(", ", Dimensions.Select(d => d < 0 ? "N" : $"{d}"))}]";
}
