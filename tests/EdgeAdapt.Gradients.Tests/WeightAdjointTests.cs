namespace EdgeAdapt.Gradients.Tests;

/// <summary>Gradients of weights against finite differences: the weights are the input of the graph under test.</summary>
public sealed class WeightAdjointTests
{
    [Theory]
    [InlineData(1, 3, 1, 1, 1, 6)]
    [InlineData(1, 3, 2, 1, 1, 6)]
    [InlineData(1, 3, 2, 0, 1, 8)]
    [InlineData(1, 3, 1, 2, 2, 6)]
    [InlineData(1, 1, 1, 0, 1, 5)]
    [InlineData(1, 1, 2, 0, 1, 6)]
    [InlineData(1, 3, 3, 0, 2, 9)]
    [InlineData(2, 3, 2, 1, 1, 7)]
    [InlineData(4, 3, 1, 1, 1, 5)]
    [InlineData(4, 3, 2, 1, 1, 6)]
    public void Conv_Weights_MatchFiniteDifferences(int groups, int kernel, int stride, int pad, int dilation, int size) =>
        AdjointCheck.Run(
            (w, x) => w.Add("Conv", [Models.Weights(w, 5, 3, 4, size, size), x],
                ("group", groups), ("kernel_shape", (long[])[kernel, kernel]), ("strides", (long[])[stride, stride]),
                ("pads", (long[])[pad, pad, pad, pad]), ("dilations", (long[])[dilation, dilation])),
            [4, 4 / groups, kernel, kernel], fixedBatch: true);

    [Fact]
    public void Conv_AsymmetricPads_MatchFiniteDifferences() =>
        AdjointCheck.Run(
            (w, x) => w.Add("Conv", [Models.Weights(w, 5, 2, 3, 6, 5), x],
                ("kernel_shape", (long[])[3, 2]), ("strides", (long[])[2, 1]), ("pads", (long[])[0, 1, 1, 0])),
            [4, 3, 3, 2], fixedBatch: true);

    [Fact]
    public void Conv_Bias_MatchesFiniteDifferences() =>
        AdjointCheck.Run(
            (w, x) => w.Add("Conv", [Models.Weights(w, 5, 2, 3, 5, 5), Models.Weights(w, 6, 4, 3, 3, 3), x]), [4], fixedBatch: true);

    [Fact]
    public void Conv_WeightsThatPassThroughAnotherConvolution_MatchFiniteDifferences() =>
        AdjointCheck.Run(
            (w, x) =>
            {
                // x is kernel of one convolution and image of the next, whose kernel it makes: both gradients of ConvAdjoint.
                string value = w.Add("Conv", [x, Models.Weights(w, 6, 2, 3, 3, 3)], ("pads", (long[])[1, 1, 1, 1]));
                return w.Add("Conv", [value, w.Add("Conv", [x, Models.Weights(w, 8, 2, 3, 1, 1)])], ("pads", (long[])[1, 1, 1, 1]));
            },
            [2, 3, 3, 3], fixedBatch: true);

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Gemm_Weights_MatchFiniteDifferences(bool transA, bool transB) =>
        AdjointCheck.Run(
            (w, x) => w.Add("Gemm", [transA ? Models.Weights(w, 5, 3, 5) : Models.Weights(w, 5, 5, 3), x],
                ("alpha", 0.5f), ("transA", transA), ("transB", transB)),
            transB ? [4, 3] : [3, 4], fixedBatch: true);

    [Fact]
    public void Gemm_Bias_MatchesFiniteDifferences() =>
        AdjointCheck.Run(
            (w, x) => w.Add("Gemm", [Models.Weights(w, 5, 5, 3), Models.Weights(w, 6, 3, 4), x], ("beta", 0.5f)), [4], fixedBatch: true);

    [Fact]
    public void MatMul_WeightsUsedForEveryRow_MatchFiniteDifferences() =>
        AdjointCheck.Run((w, x) => w.Add("MatMul", [Models.Weights(w, 5, 2, 5, 3), x]), [3, 4], fixedBatch: true);
}
