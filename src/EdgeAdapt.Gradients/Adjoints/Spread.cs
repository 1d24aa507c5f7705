using EdgeAdapt.Onnx.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>Puts the positions of an axis at other places of a longer one, by reading: each place reads its position's value, or a 0 appended for it.</summary>
internal static class Spread
{
    /// <param name="writer">Receives the nodes.</param>
    /// <param name="value">The value to spread.</param>
    /// <param name="sources">For each place of the result the position to read; null for 0.</param>
    /// <param name="count">Positions of the axis in <paramref name="value"/>.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="rank">Rank of <paramref name="value"/>.</param>
    public static string Emit(GraphWriter writer, string value, IReadOnlyList<long?> sources, long count, int axis, int rank)
    {
        long[] end = new long[2 * rank];
        end[axis + rank] = 1;
        long[] reads = [.. sources.Select(s => s ?? count)];
        return writer.Add("Gather", [writer.Add("Pad", [value, writer.Constant(end)]), writer.Constant(reads)], ("axis", axis));
    }
}
