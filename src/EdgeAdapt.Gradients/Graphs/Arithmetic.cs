using EdgeAdapt.Onnx.Graphs;

namespace EdgeAdapt.Gradients.Graphs;

/// <summary>Arithmetic on values of a graph under construction. Only operators whose form is the same from opset 13 on.</summary>
internal static class Arithmetic
{
    public static string Plus(this GraphWriter writer, string a, string b) => writer.Add("Add", [a, b]);

    public static string Minus(this GraphWriter writer, string a, string b) => writer.Add("Sub", [a, b]);

    public static string Times(this GraphWriter writer, string a, string b) => writer.Add("Mul", [a, b]);

    public static string Times(this GraphWriter writer, string a, float b) => b == 1 ? a : writer.Add("Mul", [a, writer.Constant(b)]);

    public static string Over(this GraphWriter writer, string a, string b) => writer.Add("Div", [a, b]);

    public static string Negative(this GraphWriter writer, string a) => writer.Add("Neg", [a]);

    /// <summary>Sum over axes. ReduceSum is the one reduction whose axes have been an input since opset 13; the others moved at 18.</summary>
    public static string Sum(this GraphWriter writer, string a, long[] axes, bool keep) =>
        axes.Length == 0 ? a : writer.Add("ReduceSum", [a, writer.Constant(axes)], ("keepdims", keep));

    public static string Reshape(this GraphWriter writer, string a, params long[] shape) => writer.Add("Reshape", [a, writer.Constant(shape)]);

    /// <summary>Gives <paramref name="a"/> the shape of <paramref name="like"/>: as a constant where only the batch is open, else read at run time.</summary>
    public static string ReshapeLike(this GraphWriter writer, string a, string like, ValueShape shape) =>
        shape.OpenDimensions <= 1 && !shape.Dimensions.Contains(0)
            ? writer.Reshape(a, shape.Dimensions)
            : writer.Add("Reshape", [a, writer.Add("Shape", [like])]);

    public static string ExpandLike(this GraphWriter writer, string a, string like) => writer.Add("Expand", [a, writer.Add("Shape", [like])]);

    public static string ZerosLike(this GraphWriter writer, string like) =>
        writer.Add("ConstantOfShape", [writer.Add("Shape", [like])], ("value", TensorContents.Floats(string.Empty, [0], 1)));

    /// <summary>Number of elements of a value as a float32 scalar.</summary>
    public static string Size(this GraphWriter writer, string a) => writer.Add("Cast", [writer.Add("Size", [a])], ("to", 1));

    /// <summary>
    /// 1 where x &gt; 0, else 0, as float32: min(1, c·x) with the largest c. One pass, where a comparison and a cast take two,
    /// and the Sign operator runs five times as long. NaN stays NaN.
    /// </summary>
    public static string Step(this GraphWriter writer, string x) => writer.Add("HardSigmoid", [x], ("alpha", float.MaxValue), ("beta", 0f));

    /// <summary>1 where a &gt; b, else 0, as float32.</summary>
    public static string Above(this GraphWriter writer, string a, string b) => writer.Step(writer.Minus(a, b));

    /// <summary>Undoes broadcasting: sums a gradient of shape <paramref name="from"/> over what was repeated, to shape <paramref name="to"/>.</summary>
    public static string SumTo(this GraphWriter writer, string gradient, ValueShape from, ValueShape to)
    {
        int extra = from.Rank - to.Rank;
        gradient = writer.Sum(gradient, [.. Enumerable.Range(0, extra).Select(i => (long)i)], false);
        long[] repeated = [.. Enumerable.Range(0, to.Rank).Where(i => to[i] == 1 && from[i + extra] != 1).Select(i => (long)i)];
        return writer.Sum(gradient, repeated, true);
    }
}
