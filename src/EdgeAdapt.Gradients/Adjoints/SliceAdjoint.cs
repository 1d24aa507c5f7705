using EdgeAdapt.Gradients.Graphs;
using Onnx;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>The gradient goes back to where the slice was taken; the rest gets 0. Any step, from either end.</summary>
internal sealed class SliceAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Slice"];

    public string? FindObstacle(NodeProto node, GraphConstants constants) =>
        Enumerable.Range(1, 4).All(i => constants.IsFixedOrShape(node, i)) ? null : "its bounds are computed from the input; export the model with a fixed image size";

    public void Emit(AdjointContext context)
    {
        ValueShape shape = context.InputShape(0);
        long[] starts = context.Longs(1)!;
        long[] ends = context.Longs(2)!;
        long[] axes = context.Longs(3) ?? [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)];
        long[] steps = context.Longs(4) ?? [.. starts.Select(_ => 1L)];
        string gradient = context.Gradient;
        long[] pads = new long[2 * shape.Rank];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = shape.Axis(axes[i]);
            long size = shape[axis];
            if (size < 0)
            {
                // A whole batch is what exporters write for ':'; part of one would depend on its size.
                if (starts[i] == 0 && steps[i] == 1 && ends[i] >= int.MaxValue)
                {
                    continue;
                }

                throw Refusal.Of(context.Node, "it takes part of the batch, through which training cannot pass; slice along another axis");
            }

            long[] taken = [.. Taken(starts[i], ends[i], steps[i], size)];
            if (steps[i] == 1 && taken.Length > 0)
            {
                pads[axis] = taken[0];
                pads[axis + shape.Rank] = size - 1 - taken[^1];
            }
            else
            {
                gradient = Spread.Emit(context.Writer, gradient, Sources(taken, size), taken.Length, axis, shape.Rank);
            }
        }

        context.Give(0, pads.All(p => p == 0) ? gradient : context.Writer.Add("Pad", [gradient, context.Writer.Constant(pads)]));
    }

    /// <summary>The positions that a slice takes, in its order.</summary>
    internal static IEnumerable<long> Taken(long start, long end, long step, long size)
    {
        start = Math.Clamp(start < 0 ? start + size : start, 0, step > 0 ? size : size - 1);

        // Below -size, "before the first element" must not wrap round to the last.
        end = Math.Clamp(end < 0 ? Math.Max(end, -size - 1) + size : end, step > 0 ? 0 : -1, size);
        for (long i = start; step > 0 ? i < end : i > end; i += step)
        {
            yield return i;
        }
    }

    /// <summary>For each position of the sliced axis, where the slice has it.</summary>
    private static long?[] Sources(long[] taken, long size)
    {
        long?[] sources = new long?[size];
        for (int i = 0; i < taken.Length; i++)
        {
            sources[taken[i]] = i;
        }

        return sources;
    }
}
