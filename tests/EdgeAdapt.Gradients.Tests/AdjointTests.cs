using EdgeAdapt.Onnx.Graphs;

namespace EdgeAdapt.Gradients.Tests;

/// <summary>Every adjoint against finite differences; tolerance and step are explained at <see cref="AdjointCheck"/>.</summary>
public sealed class AdjointTests
{
    [Theory]
    [InlineData(4, 6, 1, new long[] { 3, 3 }, new long[] { 1, 1 }, new long[] { 1, 1 }, new long[] { 1, 1, 1, 1 })]
    [InlineData(4, 6, 1, new long[] { 3, 3 }, new long[] { 2, 2 }, new long[] { 1, 1 }, new long[] { 1, 1, 1, 1 })]
    [InlineData(4, 6, 2, new long[] { 3, 2 }, new long[] { 1, 1 }, new long[] { 1, 1 }, new long[] { 0, 1, 2, 0 })]
    [InlineData(4, 8, 2, new long[] { 3, 3 }, new long[] { 2, 1 }, new long[] { 1, 2 }, new long[] { 1, 2, 0, 1 })]
    [InlineData(4, 4, 4, new long[] { 3, 3 }, new long[] { 2, 2 }, new long[] { 1, 1 }, new long[] { 1, 1, 1, 1 })]
    [InlineData(4, 8, 4, new long[] { 5, 5 }, new long[] { 1, 1 }, new long[] { 1, 1 }, new long[] { 2, 2, 2, 2 })]
    [InlineData(4, 5, 1, new long[] { 1, 1 }, new long[] { 2, 2 }, new long[] { 1, 1 }, new long[] { 0, 0, 0, 0 })]
    [InlineData(4, 5, 1, new long[] { 1, 1 }, new long[] { 3, 2 }, new long[] { 1, 1 }, new long[] { 0, 0, 0, 0 })]
    [InlineData(4, 5, 1, new long[] { 2, 2 }, new long[] { 3, 3 }, new long[] { 1, 1 }, new long[] { 0, 0, 0, 0 })]
    [InlineData(4, 5, 1, new long[] { 5, 4 }, new long[] { 3, 3 }, new long[] { 1, 1 }, new long[] { 2, 2, 2, 2 })]
    [InlineData(4, 5, 1, new long[] { 3, 3 }, new long[] { 1, 1 }, new long[] { 2, 3 }, new long[] { 2, 3, 2, 3 })]
    [InlineData(4, 5, 1, new long[] { 1, 1 }, new long[] { 1, 1 }, new long[] { 1, 1 }, new long[] { 1, 1, 1, 1 })]
    [InlineData(4, 5, 1, new long[] { 7, 7 }, new long[] { 2, 2 }, new long[] { 1, 1 }, new long[] { 3, 3, 3, 3 })]
    [InlineData(4, 3, 1, new long[] { 3 }, new long[] { 2 }, new long[] { 1 }, new long[] { 1, 1 })]
    [InlineData(4, 3, 1, new long[] { 3 }, new long[] { 1 }, new long[] { 1 }, new long[] { 2, 0 })]
    public void Conv_AnyWindow_MatchesDifferences(int inputs, int outputs, int groups, long[] kernel, long[] strides, long[] dilations, long[] pads)
    {
        long[] image = kernel.Length == 1 ? [9] : [7, 8];
        AdjointCheck.Run((w, x) => w.Add("Conv", [x, Weights(w, [outputs, inputs / groups, .. kernel]), Weights(w, [outputs])],
            ("group", groups), ("strides", strides), ("dilations", dilations), ("pads", pads), ("kernel_shape", kernel)), [2, inputs, .. image]);
    }

    [Theory]
    [InlineData("SAME_UPPER", 2)]
    [InlineData("SAME_LOWER", 2)]
    [InlineData("SAME_UPPER", 1)]
    [InlineData("SAME_LOWER", 1)]
    [InlineData("VALID", 2)]
    public void Conv_AutoPad_MatchesDifferences(string autoPad, long stride) =>
        AdjointCheck.Run((w, x) => w.Add("Conv", [x, Weights(w, [3, 2, 2, 3])],
            ("auto_pad", autoPad), ("strides", new[] { stride, stride }), ("kernel_shape", new long[] { 2, 3 })), [2, 2, 6, 7]);

    [Theory]
    [InlineData(1, new long[] { 2, 2 }, new long[] { 1, 1, 1, 1 }, new long[] { 1, 0 })]
    [InlineData(2, new long[] { 1, 3 }, new long[] { 0, 1, 1, 0 }, new long[] { 0, 2 })]
    public void ConvTranspose_ExplicitPads_MatchesDifferences(int groups, long[] strides, long[] pads, long[] extra) =>
        AdjointCheck.Run((w, x) => w.Add("ConvTranspose", [x, Weights(w, [4, 3, 3, 3])],
            ("group", groups), ("strides", strides), ("pads", pads), ("output_padding", extra), ("kernel_shape", new long[] { 3, 3 })), [2, 4, 4, 3]);

    [Theory]
    [InlineData(new long[] { 3, 3 }, new long[] { 2, 2 }, new long[] { 1, 1, 1, 1 }, false)]
    [InlineData(new long[] { 3, 3 }, new long[] { 1, 1 }, new long[] { 1, 1, 1, 1 }, false)]
    [InlineData(new long[] { 2, 2 }, new long[] { 2, 2 }, new long[] { 0, 0, 0, 0 }, true)]
    [InlineData(new long[] { 3, 2 }, new long[] { 2, 3 }, new long[] { 1, 0, 1, 1 }, true)]
    public void MaxPool_AnyWindow_MatchesDifferences(long[] kernel, long[] strides, long[] pads, bool ceil) =>
        AdjointCheck.Run((w, x) => w.Add("MaxPool", [x], ("kernel_shape", kernel), ("strides", strides), ("pads", pads), ("ceil_mode", ceil)), [2, 2, 7, 5]);

    [Fact]
    public void MaxPool_OneAxis_MatchesDifferences() =>
        AdjointCheck.Run((w, x) => w.Add("MaxPool", [x], ("kernel_shape", new long[] { 3 }), ("strides", new long[] { 2 })), [2, 3, 9]);

    [Theory]
    [InlineData(new long[] { 2, 2 }, new long[] { 2, 2 }, new long[] { 0, 0, 0, 0 }, false, false, 17)]
    [InlineData(new long[] { 3, 3 }, new long[] { 2, 2 }, new long[] { 1, 1, 1, 1 }, false, false, 17)]
    [InlineData(new long[] { 3, 3 }, new long[] { 2, 2 }, new long[] { 1, 1, 1, 1 }, true, false, 17)]
    [InlineData(new long[] { 3, 3 }, new long[] { 1, 1 }, new long[] { 1, 1, 1, 1 }, true, false, 17)]
    [InlineData(new long[] { 3, 2 }, new long[] { 2, 2 }, new long[] { 0, 0, 0, 0 }, false, true, 17)]
    [InlineData(new long[] { 3, 2 }, new long[] { 2, 2 }, new long[] { 1, 0, 1, 0 }, true, true, 17)]
    [InlineData(new long[] { 3, 2 }, new long[] { 2, 2 }, new long[] { 1, 0, 1, 0 }, true, true, 19)]
    public void AveragePool_AnyWindow_MatchesDifferences(long[] kernel, long[] strides, long[] pads, bool countPads, bool ceil, long opset) =>
        AdjointCheck.Run((w, x) => w.Add("AveragePool", [x],
            ("kernel_shape", kernel), ("strides", strides), ("pads", pads), ("count_include_pad", countPads), ("ceil_mode", ceil)), [2, 2, 6, 7], opset);

    [Theory]
    [InlineData("GlobalAveragePool")]
    [InlineData("GlobalMaxPool")]
    [InlineData("Relu")]
    [InlineData("Sigmoid")]
    [InlineData("Tanh")]
    [InlineData("Neg")]
    [InlineData("Softplus")]
    [InlineData("HardSwish")]
    [InlineData("HardSigmoid")]
    [InlineData("Identity")]
    [InlineData("Dropout")]
    [InlineData("Flatten")]
    [InlineData("Transpose")]
    [InlineData("LeakyRelu")]
    public void OneInput_Defaults_MatchesDifferences(string operation) =>
        AdjointCheck.Run((w, x) => w.Add(operation, [x]), [2, 3, 4, 3]);

    [Fact]
    public void OneInput_Attributes_MatchesDifferences()
    {
        AdjointCheck.Run((w, x) => w.Add("LeakyRelu", [x], ("alpha", 0.3f)), [2, 3, 4]);
        AdjointCheck.Run((w, x) => w.Add("PRelu", [x, Weights(w, [3, 1])]), [2, 3, 4]);
        AdjointCheck.Run((w, x) => w.Add("HardSigmoid", [x], ("alpha", 0.5f), ("beta", 0.25f)), [2, 3, 4]);
        AdjointCheck.Run((w, x) => w.Add("Transpose", [x], ("perm", new long[] { 0, 2, 3, 1 })), [2, 3, 4, 2]);
        AdjointCheck.Run((w, x) => w.Add("Flatten", [x], ("axis", 2)), [2, 3, 4, 2]);
        AdjointCheck.Run((w, x) => w.Add("Cast", [x], ("to", 1)), [2, 3]);
        AdjointCheck.Run((w, x) => w.Add("Exp", [w.Add("Mul", [x, w.Constant(0.25f)])]), [2, 3, 4]);
        AdjointCheck.Run((w, x) => w.Add("Sqrt", [w.Add("Add", [x, w.Constant(4f)])]), [2, 3, 4]);
    }

    [Theory]
    [InlineData(-1f, 1f)]
    [InlineData(null, 0.5f)]
    [InlineData(0f, null)]
    public void Clip_AnyBounds_MatchesDifferences(float? minimum, float? maximum) =>
        AdjointCheck.Run((w, x) => w.Add("Clip",
            [x, minimum is { } low ? w.Constant(low) : "", .. maximum is { } high ? new[] { w.Constant(high) } : []]), [2, 3, 4, 3]);

    [Theory]
    [InlineData("Softmax", -1)]
    [InlineData("Softmax", 1)]
    [InlineData("LogSoftmax", -1)]
    public void Softmax_AnyAxis_MatchesDifferences(string operation, long axis) =>
        AdjointCheck.Run((w, x) => w.Add(operation, [x], ("axis", axis)), [2, 5, 4]);

    [Theory]
    [InlineData("Add")]
    [InlineData("Sub")]
    [InlineData("Mul")]
    [InlineData("Div")]
    public void Arithmetic_Broadcasting_MatchesDifferences(string operation)
    {
        // Both sides depend on the input: [N, C, H, W] with [N, C, 1, 1], [N, 1, W] under other ranks, and a constant.
        AdjointCheck.Run((w, x) => w.Add(operation, [x, AwayFromZero(w, w.Add("GlobalAveragePool", [x]))]), [2, 3, 3, 2]);
        AdjointCheck.Run((w, x) => w.Add(operation, [w.Add("GlobalAveragePool", [x]), AwayFromZero(w, x)]), [2, 3, 3, 2]);
        AdjointCheck.Run((w, x) => w.Add(operation, [AwayFromZero(w, x), AwayFromZero(w, Total(w, x))]), [2, 3, 3]);
        AdjointCheck.Run((w, x) => w.Add(operation, [Weights(w, [2, 3, 1]), AwayFromZero(w, Total(w, x))]), [2, 3, 3]);
        AdjointCheck.Run((w, x) => w.Add(operation, [x, Weights(w, [3, 1])]), [2, 3, 3]);
    }

    [Fact]
    public void Values_UsedTwice_GradientsAdd() => AdjointCheck.Run((w, x) => w.Add("Mul", [x, w.Add("Add", [x, x])]), [2, 3]);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Gemm_EachOperand_MatchesDifferences(bool transA, bool transB)
    {
        long[] right = (transA, transB) switch { (false, false) => [3, 4], (false, true) => [4, 3], (true, false) => [2, 4], _ => [4, 2] };
        AdjointCheck.Run((w, x) => w.Add("Gemm", [x, Weights(w, right), w.Constant(0.5f)],
            ("transA", transA), ("transB", transB), ("alpha", 0.5f)), [2, 3], fixedBatch: true);

        long[] left = (transA, transB) switch { (false, false) => [4, 2], (false, true) => [4, 3], (true, false) => [2, 4], _ => [3, 4] };
        AdjointCheck.Run((w, x) => w.Add("Gemm",
            [Weights(w, left), x, w.Add("ReduceSum", [x, w.Constant(transB ? 1L : 0L)], ("keepdims", false))],
            ("transA", transA), ("transB", transB), ("beta", 2f)), [2, 3], fixedBatch: true);
    }

    [Fact]
    public void MatMul_AnyRank_MatchesDifferences()
    {
        AdjointCheck.Run((w, x) => w.Add("MatMul", [x, Weights(w, [3, 4])]), [2, 3]);
        AdjointCheck.Run((w, x) => w.Add("MatMul", [x, Weights(w, [3, 4])]), [2, 5, 3]);
        AdjointCheck.Run((w, x) => w.Add("MatMul", [Weights(w, [4, 5]), x]), [2, 5, 3]);
        AdjointCheck.Run((w, x) => w.Add("MatMul", [x, Weights(w, [3])]), [2, 5, 3]);
        AdjointCheck.Run((w, x) => w.Add("MatMul", [Weights(w, [5]), x]), [2, 5, 3]);
        AdjointCheck.Run((w, x) => w.Add("MatMul", [x, w.Add("Transpose", [x], ("perm", new long[] { 0, 2, 1 }))]), [2, 4, 3]);
    }

    [Theory]
    [InlineData("ReduceMean", false, 17)]
    [InlineData("ReduceMean", true, 17)]
    [InlineData("ReduceMean", true, 18)]
    [InlineData("ReduceSum", false, 17)]
    [InlineData("ReduceSum", true, 18)]
    public void Reduce_AxesAsAttributeOrInput_MatchesDifferences(string operation, bool keep, long opset)
    {
        bool attribute = operation == "ReduceMean" && opset < 18;
        AdjointCheck.Run((w, x) => attribute
            ? w.Add(operation, [x], ("axes", new long[] { -1, 2 }), ("keepdims", keep))
            : w.Add(operation, [x, w.Constant(-1L, 2L)], ("keepdims", keep)), [2, 3, 4, 3], opset);
        AdjointCheck.Run((w, x) => attribute
            ? w.Add(operation, [x], ("axes", new long[] { 0, 1 }), ("keepdims", keep))
            : w.Add(operation, [x, w.Constant(0L, 1L)], ("keepdims", keep)), [2, 3, 4], opset);
        AdjointCheck.Run((w, x) => w.Add(operation, [x], ("keepdims", keep)), [2, 3, 4], opset);
    }

    [Theory]
    [InlineData(new long[] { 0, 2, 0, 1, 0, 1, 0, 2 })]
    [InlineData(new long[] { 0, -1, 1, 0, 0, 1, -1, 0 })]
    public void Pad_Constant_MatchesDifferences(long[] pads) =>
        AdjointCheck.Run((w, x) => w.Add("Pad", [x, w.Constant(pads), w.Constant(0.5f)]), [2, 3, 4, 3]);

    [Fact]
    public void Pad_SomeAxes_MatchesDifferences() =>
        AdjointCheck.Run((w, x) => w.Add("Pad", [x, w.Constant(1L, 2L, 0L, 3L), "", w.Constant(-1L, 1L)]), [2, 3, 4], 18);

    [Theory]
    [InlineData(1, 3, 1)]
    [InlineData(-4, -1, 1)]
    [InlineData(0, long.MaxValue, 2)]
    [InlineData(1, 100, 3)]
    [InlineData(-1, long.MinValue, -1)]
    [InlineData(-2, 0, -2)]
    [InlineData(100, -100, -3)]
    public void Slice_AnyStep_MatchesDifferences(long start, long end, long step) =>
        AdjointCheck.Run((w, x) => w.Add("Slice",
            [x, w.Constant(start, 0L, 0L), w.Constant(end, long.MaxValue, 2L), w.Constant(2L, 0L, -1L), w.Constant(step, 1L, 1L)]), [2, 2, 7, 3]);

    [Fact]
    public void Slice_WithoutAxes_MatchesDifferences() =>
        AdjointCheck.Run((w, x) => w.Add("Slice", [x, w.Constant(0L, 1L), w.Constant((long)int.MaxValue, 3L)]), [2, 4, 3]);

    [Fact]
    public void Slice_BoundsComputedFromShapes_MatchesDifferences() => AdjointCheck.Run((w, x) =>
    {
        // How PyTorch writes chunk(2, 1): half of the channels that Shape tells.
        string channels = w.Add("Gather", [w.Add("Shape", [x]), w.Constant(1L)]);
        string half = w.Add("Div", [channels, w.Constant(2L)]);
        return w.Add("Slice", [x, half, channels, w.Constant(1L)]);
    }, [2, 6, 3]);

    [Fact]
    public void ConcatAndSplit_SomeParts_MatchDifferences()
    {
        AdjointCheck.Run((w, x) => w.Add("Concat", [x, Weights(w, [2, 2, 3]), w.Add("Relu", [x])], ("axis", -2)), [2, 4, 3], fixedBatch: true);
        AdjointCheck.Run((w, x) =>
        {
            string[] parts = w.AddMany("Split", [x, w.Constant(1L, 2L, 3L)], 3, ("axis", 1));
            return w.Add("Concat", [parts[2], w.Add("Sigmoid", [parts[0]])], ("axis", 1));
        }, [2, 6, 3]);
    }

    [Fact]
    public void Shapes_RenamedAxes_MatchDifferences()
    {
        AdjointCheck.Run((w, x) => w.Add("Reshape", [x, w.Constant(0L, -1L)]), [2, 3, 4]);
        AdjointCheck.Run((w, x) => w.Add("Reshape", [x, w.Constant(-1L, 4L)]), [2, 3, 4]);
        AdjointCheck.Run((w, x) => w.Add("Squeeze", [w.Add("GlobalAveragePool", [x]), w.Constant(2L, 3L)]), [2, 3, 4, 2]);
        AdjointCheck.Run((w, x) => w.Add("Unsqueeze", [x, w.Constant(1L, -1L)]), [2, 3, 4]);

        // A shape computed at run time, as exporters write view(x.size(0), -1).
        AdjointCheck.Run((w, x) => w.Add("Reshape",
            [x, w.Add("Concat", [w.Add("Slice", [w.Add("Shape", [x]), w.Constant(0L), w.Constant(1L)]), w.Constant(-1L)], ("axis", 0))]), [2, 3, 4]);
    }

    private static string Total(GraphWriter writer, string x) => writer.Add("ReduceSum", [x, writer.Constant(0L)], ("keepdims", false));

    /// <summary>x/8 + 3: a divisor that stays clear of 0 whatever the step.</summary>
    private static string AwayFromZero(GraphWriter writer, string x) =>
        writer.Add("Add", [writer.Add("Mul", [x, writer.Constant(0.125f)]), writer.Constant(3f)]);

    private static string Weights(GraphWriter writer, params long[] shape)
    {
        var random = new Random(11);
        float[] values = [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => (float)(random.NextDouble() + 0.25) * (random.Next(2) == 0 ? -1 : 1))];
        return writer.Initializer(TensorContents.Floats(string.Empty, values, shape), "weights");
    }
}
