using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>y = A·B over the last two axes: dA = dy·Bᵀ, dB = Aᵀ·dy, summed over what broadcasting repeated. Vectors count as matrices of one row or column.</summary>
internal sealed class MatMulAdjoint : IAdjoint
{
    public IReadOnlyList<string> Operators { get; } = ["MatMul"];

    public void Emit(AdjointContext context)
    {
        GraphWriter writer = context.Writer;
        (string a, ValueShape aShape) = AsMatrix(context, 0, 0);
        (string b, ValueShape bShape) = AsMatrix(context, 1, 1);
        int rank = Math.Max(aShape.Rank, bShape.Rank);
        string dy = context.Gradient;
        if (context.InputShape(0).Rank == 1)
        {
            dy = writer.Add("Unsqueeze", [dy, writer.Constant(context.InputShape(1).Rank == 1 ? -1L : -2L)]);
        }

        if (context.InputShape(1).Rank == 1)
        {
            dy = writer.Add("Unsqueeze", [dy, writer.Constant(-1L)]);
        }

        if (context.Wants(0))
        {
            Give(context, 0, writer.Add("MatMul", [dy, Transposed(writer, b, bShape)]), aShape, rank, aShape.Dimensions[^2], aShape.Dimensions[^1]);
        }

        if (context.Wants(1))
        {
            Give(context, 1, writer.Add("MatMul", [Transposed(writer, a, aShape), dy]), bShape, rank, bShape.Dimensions[^2], bShape.Dimensions[^1]);
        }
    }

    private static void Give(AdjointContext context, int input, string gradient, ValueShape shape, int rank, long rows, long columns)
    {
        // The product's batch axes are those of the output; which of them were repeated shows there.
        long[] output = context.OutputShape(0).Dimensions;
        long[] batch = output[..Math.Min(rank - 2, output.Length)];
        var product = new ValueShape([.. batch, rows, columns]);
        string sum = context.Writer.SumTo(gradient, product, shape);
        context.Give(input, context.InputShape(input).Rank == 1 ? context.Writer.ReshapeLike(sum, context.Input(input), context.InputShape(input)) : sum);
    }

    private static (string Value, ValueShape Shape) AsMatrix(AdjointContext context, int input, long newAxis)
    {
        ValueShape shape = context.InputShape(input);
        return shape.Rank > 1
            ? (context.Input(input), shape)
            : (context.Writer.Add("Unsqueeze", [context.Input(input), context.Writer.Constant(newAxis)]),
                new ValueShape(newAxis == 0 ? [1, shape[0]] : [shape[0], 1]));
    }

    private static string Transposed(GraphWriter writer, string value, ValueShape shape)
    {
        long[] order = [.. Enumerable.Range(0, shape.Rank).Select(i => (long)i)];
        (order[^1], order[^2]) = (order[^2], order[^1]);
        return writer.Add("Transpose", [value], ("perm", order));
    }
}
