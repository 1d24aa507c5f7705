using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Quantization;
using DataType = Onnx.TensorProto.Types.DataType;

namespace EdgeAdapt.Onnx.Tests;

public sealed class QuantizedConvolutionTests
{
    private const float InputScale = 0.02f;

    [Fact]
    public void Scale_OrdinarySlopes_MovesTheScalesAndNotTheIntegers()
    {
        QuantizedConvolution original = Create(DataType.Int8, [100, -127, 3, 0, 127, -5], [0, 0]);

        QuantizedConvolution scaled = original.Scale([0.37, 2.5], [0.4, -0.1]);

        Assert.Equal(original.Weights.ToLongs(), scaled.Weights.ToLongs());
        Assert.Equal([0.37f * 0.1f, 2.5f * 0.01f], scaled.Scales, (a, b) => Math.Abs(a - b) < 1e-8f);
        Assert.Equal([(0.37 * 1) + 0.4, (2.5 * -2) - 0.1], scaled.Bias);
    }

    [Theory]
    [InlineData(DataType.Int8, new[] { 100, -127, 3, 0, 127, -5 }, 0)]
    [InlineData(DataType.Int8, new[] { 100, -128, 3, 0, 127, -128 }, 0)]
    [InlineData(DataType.Uint8, new[] { 0, 255, 128, 1, 127, 200 }, 128)]
    [InlineData(DataType.Uint8, new[] { 0, 255, 60, 30, 90, 255 }, 60)]
    public void Scale_NegativeSlopes_TurnsTheWeightsWithinHalfAStep(DataType type, int[] integers, int zero)
    {
        QuantizedConvolution original = Create(type, integers, [zero, zero]);

        QuantizedConvolution scaled = original.Scale([-1, -0.5], [0, 0]);

        double[] before = Values(original);
        double[] after = Values(scaled);
        for (int i = 0; i < before.Length; i++)
        {
            Assert.Equal(before[i] * (i < 3 ? -1 : -0.5), after[i], (0.5001 * scaled.Scales[i / 3]) + 1e-7);
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1e-30)]
    [InlineData(-1e-12)]
    public void Scale_SlopeThatSwitchesTheChannelOff_KeepsRoomForTheBias(double slope)
    {
        QuantizedConvolution scaled = Create(DataType.Int8, [100, -127, 3, 0, 127, -5], [0, 0]).Scale([slope, 1], [3.5, 0]);

        double unit = (double)scaled.Scales[0] * InputScale;
        Assert.True(scaled.Scales[0] > 0);
        Assert.InRange(Math.Abs(3.5 / unit), 0, (1 << 30) + 1000);
        Assert.Equal(3.5, Math.Round(3.5 / unit) * unit, 1e-7);
        Assert.All(Values(scaled)[..3], v => Assert.Equal(0, v, 1e-5));
        Assert.Equal([0, 127, -5], scaled.Weights.ToLongs()[3..]);
    }

    [Fact]
    public void Scale_ZeroPointAtTheEnd_RefusesANegativeSlopeWithTheRemedy()
    {
        QuantizedConvolution original = Create(DataType.Uint8, [0, 255, 60, 30, 90, 255], [255, 255]);

        Assert.Equal(original.Weights.ToLongs(), original.Scale([0.5, 2], [0, 0]).Weights.ToLongs());
        Assert.Contains("symmetric weights", Assert.Throws<OnnxModelException>(() => original.Scale([1, -1], [0, 0])).Message, StringComparison.Ordinal);
    }

    private static QuantizedConvolution Create(DataType type, int[] integers, int[] zeros) =>
        new(TensorContents.Bytes("weight", type, integers, 2, 3, 1, 1), [0.1f, 0.01f], zeros, [1, -2], InputScale);

    private static double[] Values(QuantizedConvolution convolution) =>
        [.. convolution.Weights.ToLongs().Select((v, i) => (v - convolution.ZeroPoints[i / 3]) * (double)convolution.Scales[i / 3])];
}
