using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>Picking positions of an axis by constant indices: each position's gradient goes back to where it was picked, added up where several picks met.</summary>
internal sealed class GatherAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Gather"];

    public string? FindObstacle(NodeProto node, GraphConstants constants) =>
        constants.IsFixedOrShape(node, 1) ? null : "its indices are computed from the input; export the model with constant indices";

    public void Emit(AdjointContext context)
    {
        GraphWriter writer = context.Writer;
        ValueShape shape = context.InputShape(0);
        int axis = shape.Axis(context.Node.Int("axis", 0));
        long size = shape[axis];
        if (size < 0)
        {
            throw Refusal.Of(context.Node, "it picks images out of the batch, through which training cannot pass; pick along another axis");
        }

        long[] picked = [.. context.Longs(1)!.Select(i => i < 0 ? i + size : i)];
        string gradient = OneAxis(context, axis, picked.Length);
        if (picked.Length > 0 && picked.Select((p, i) => p == picked[0] + i).All(inOrder => inOrder))
        {
            long[] pads = new long[2 * shape.Rank];
            (pads[axis], pads[axis + shape.Rank]) = (picked[0], size - 1 - picked[^1]);
            context.Give(0, writer.Add("Pad", [gradient, writer.Constant(pads)]));
            return;
        }

        // A position picked k times takes part in the first k of these rounds.
        foreach (long?[] round in Rounds(picked, size))
        {
            context.Give(0, Spread.Emit(writer, gradient, round, picked.Length, axis, shape.Rank));
        }
    }

    /// <summary>The gradient with the axes of the indices joined to one.</summary>
    private static string OneAxis(AdjointContext context, int axis, long count)
    {
        long[] output = context.OutputShape(0).Dimensions;
        int rank = context.InputShape(1).Rank;
        long[] joined = [.. output[..axis], count, .. output[(axis + rank)..]];
        return rank == 1 ? context.Gradient
            : rank == 0 ? context.Writer.Add("Unsqueeze", [context.Gradient, context.Writer.Constant((long)axis)])
            : joined.Count(d => d < 0) <= 1 ? context.Writer.Reshape(context.Gradient, joined)
            : throw Refusal.Of(context.Node, "it picks along several axes that follow the batch; export the model so that only one does");
    }

    private static IEnumerable<long?[]> Rounds(long[] picked, long size)
    {
        ILookup<long, long> places = Enumerable.Range(0, picked.Length).ToLookup(i => picked[i], i => (long)i);
        int rounds = Math.Max(1, places.Select(p => p.Count()).DefaultIfEmpty(0).Max());
        return Enumerable.Range(0, rounds).Select(round =>
            Enumerable.Range(0, (int)size).Select(p => places[p].Count() > round ? places[p].ElementAt(round) : (long?)null).ToArray());
    }
}
