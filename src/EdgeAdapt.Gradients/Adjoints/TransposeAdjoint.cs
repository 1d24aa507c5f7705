using EdgeAdapt.Onnx.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>The gradient goes through the inverse permutation.</summary>
internal sealed class TransposeAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["Transpose"];

    public void Emit(AdjointContext context)
    {
        int rank = context.OutputShape(0).Rank;
        long[] order = context.Node.Ints("perm") ?? [.. Enumerable.Range(0, rank).Select(i => (long)(rank - 1 - i))];
        long[] inverse = new long[rank];
        for (int i = 0; i < rank; i++)
        {
            inverse[order[i]] = i;
        }

        context.Give(0, context.Writer.Add("Transpose", [context.Gradient], ("perm", inverse)));
    }
}
