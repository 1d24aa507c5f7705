using EdgeAdapt.Onnx.Graphs;

namespace EdgeAdapt.Gradients.Tests;

/// <summary>The adjoints that transformers and mobile networks need, against finite differences; tolerance and step are explained at <see cref="AdjointCheck"/>.</summary>
public sealed class TransformerAdjointTests
{
    [Theory]
    [InlineData("Erf")]
    [InlineData("Abs")]
    [InlineData("Elu")]
    [InlineData("Reciprocal")]
    [InlineData("Log")]
    public void Smooth_OneElement_MatchesDifferences(string operation) =>
        AdjointCheck.Run((w, x) => w.Add(operation, [operation is "Reciprocal" or "Log" ? Positive(w, x) : x]), [2, 3, 4]);

    [Theory]
    [InlineData("none")]
    [InlineData("tanh")]
    public void Gelu_BothForms_MatchDifferences(string form) =>
        AdjointCheck.Run((w, x) => w.Add("Gelu", [x], ("approximate", form)), [2, 3, 4], opset: 20);

    [Theory]
    [InlineData(new[] { 2f })]
    [InlineData(new[] { 3f })]
    [InlineData(new[] { 0.5f })]
    [InlineData(new[] { -0.5f })]
    [InlineData(new[] { 0f, 1f, 2f, 1.5f })]
    public void Pow_ConstantExponents_MatchesDifferences(float[] exponents) => AdjointCheck.Run((w, x) => w.Add("Pow",
        [Positive(w, x), exponents is [var one] ? w.Constant(one) : w.Initializer(TensorContents.Floats(string.Empty, exponents, exponents.Length), "exponents")]), [2, 3, 4]);

    [Fact]
    public void Pow_NegativeBase_MatchesDifferences()
    {
        AdjointCheck.Run((w, x) => w.Add("Pow", [w.Add("Sub", [x, w.Constant(2f)]), w.Constant(3f)]), [2, 3]);
        AdjointCheck.Run((w, x) => w.Add("Pow", [x, w.Constant(2f)]), [2, 3, 4]);
    }

    [Theory]
    [InlineData(1, new long[] { 2 }, false)]
    [InlineData(1, new long[] { 0 }, true)]
    [InlineData(1, new long[] { -1, 0, 2, 0 }, false)]
    [InlineData(-1, new long[] { 1, 2 }, false)]
    [InlineData(2, new long[] { 3, 1, 3, 3 }, false)]
    public void Gather_ConstantIndices_MatchesDifferences(int axis, long[] indices, bool scalar) => AdjointCheck.Run((w, x) =>
        w.Add("Gather", [x, w.Initializer(TensorContents.Longs(string.Empty, indices, scalar ? [] : [indices.Length]), "indices")], ("axis", axis)), [2, 3, 4]);

    [Fact]
    public void Gather_MatrixOfIndices_MatchesDifferences() => AdjointCheck.Run((w, x) =>
        w.Add("Gather", [x, w.Initializer(TensorContents.Longs(string.Empty, [0, 2, 2, 1], 2, 2), "indices")], ("axis", 1)), [2, 3, 4]);

    [Fact]
    public void Expand_NewAndOldAxes_MatchesDifferences()
    {
        AdjointCheck.Run((w, x) => w.Add("Expand", [x, w.Constant(2L, 3L, 4L)]), [2, 1, 4], fixedBatch: true);
        AdjointCheck.Run((w, x) => w.Add("Expand", [x, w.Constant(5L, 2L, 3L)]), [2, 3], fixedBatch: true);
    }

    [Fact]
    public void Where_Broadcasting_MatchesDifferences() => AdjointCheck.Run((w, x) =>
        w.Add("Where", [w.Add("Greater", [x, w.Constant(0f)]), w.Add("GlobalAveragePool", [x]), w.Add("Mul", [x, x])]), [2, 3, 3, 2]);

    [Theory]
    [InlineData("Max")]
    [InlineData("Min")]
    public void Extremes_Elementwise_MatchDifferences(string operation)
    {
        AdjointCheck.Run((w, x) => w.Add(operation, [x, w.Constant(0.5f), w.Add("Neg", [x])]), [2, 3, 4]);
        AdjointCheck.Run((w, x) => w.Add(operation, [x]), [2, 3]);
    }

    [Theory]
    [InlineData("ReduceMax", 1)]
    [InlineData("ReduceMin", 0)]
    [InlineData("ReduceSumSquare", 1)]
    [InlineData("ReduceL2", 0)]
    public void Reductions_AttributeAndInputAxes_MatchDifferences(string operation, int keep)
    {
        AdjointCheck.Run((w, x) => w.Add(operation, [x], ("axes", new long[] { -1, 1 }), ("keepdims", keep)), [2, 3, 4, 2]);
        AdjointCheck.Run((w, x) => w.Add(operation, [x, w.Constant(2L)], ("keepdims", keep)), [2, 3, 4, 2], opset: 18);
    }

    [Theory]
    [InlineData("nearest", "asymmetric", 14, 10, 17)]
    [InlineData("nearest", "half_pixel", 5, 3, 13)]
    [InlineData("linear", "half_pixel", 14, 10, 17)]
    [InlineData("linear", "align_corners", 9, 4, 18)]
    [InlineData("linear", "pytorch_half_pixel", 3, 8, 21)]
    [InlineData("cubic", "half_pixel", 10, 10, 17)]
    public void Resize_ToSizes_MatchesDifferences(string mode, string coordinates, long height, long width, long opset) => AdjointCheck.Run((w, x) =>
        w.Add("Resize", [x, "", "", w.Constant(2L, 2L, height, width)], ("mode", mode), ("coordinate_transformation_mode", coordinates)), [2, 2, 7, 5], opset, fixedBatch: true);

    [Theory]
    [InlineData("nearest", 2f, 3f)]
    [InlineData("linear", 1.5f, 0.5f)]
    public void Resize_ByScales_MatchesDifferences(string mode, float height, float width) => AdjointCheck.Run((w, x) =>
        w.Add("Resize", [x, "", w.Initializer(TensorContents.Floats(string.Empty, [1, 1, height, width], 4), "scales")], ("mode", mode)), [2, 2, 6, 4]);

    [Fact]
    public void DepthToSpace_AndBack_MatchDifferences()
    {
        AdjointCheck.Run((w, x) => w.Add("Mul", [w.Add("DepthToSpace", [x], ("blocksize", 2)), w.Constant(2f)]), [2, 4, 2, 3]);
        AdjointCheck.Run((w, x) => w.Add("SpaceToDepth", [x], ("blocksize", 2)), [2, 2, 4, 2]);
    }

    [Fact]
    public void Attention_ClassTokenAndHeads_MatchesDifferences() => AdjointCheck.Run((w, x) =>
    {
        // [N, 3, 4]: two heads of size 2, queries and keys alike, then the first token alone.
        string heads = w.Add("Transpose", [w.Add("Reshape", [x, w.Constant(0L, 3L, 2L, 2L)])], ("perm", new long[] { 0, 2, 1, 3 }));
        string keys = w.Add("Transpose", [heads], ("perm", new long[] { 0, 1, 3, 2 }));
        string scores = w.Add("Div", [w.Add("MatMul", [heads, keys]), w.Constant(8f)]);
        string mixed = w.Add("MatMul", [w.Add("Softmax", [scores], ("axis", -1)), heads]);
        string joined = w.Add("Reshape", [w.Add("Transpose", [mixed], ("perm", new long[] { 0, 2, 1, 3 })), w.Constant(0L, 3L, 4L)]);
        return w.Add("Gather", [joined, w.Initializer(TensorContents.Longs(string.Empty, [0]), "first")], ("axis", 1));
    }, [2, 3, 4]);

    /// <summary>x/8 + 3, above 0 whatever the step.</summary>
    private static string Positive(GraphWriter writer, string x) =>
        writer.Add("Add", [writer.Add("Mul", [x, writer.Constant(0.125f)]), writer.Constant(3f)]);
}
