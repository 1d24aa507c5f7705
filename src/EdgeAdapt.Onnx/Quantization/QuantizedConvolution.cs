using EdgeAdapt.Onnx.Graphs;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace EdgeAdapt.Onnx.Quantization;

/// <summary>
/// A convolution with 8-bit weights: w = s·(q − z) of a scale s and a zero point z for each output channel. Immutable.
/// </summary>
/// <param name="Weights">q: int8 or uint8, output channels first.</param>
/// <param name="Scales">s, <c>[C]</c>, at least 0.</param>
/// <param name="ZeroPoints">z, <c>[C]</c>.</param>
/// <param name="Bias">Bias in real numbers, <c>[C]</c>; zeros where it has none.</param>
/// <param name="InputScale">Scale of its quantized input; null where its input is float32.</param>
public sealed record QuantizedConvolution(TensorProto Weights, float[] Scales, int[] ZeroPoints, double[] Bias, float? InputScale)
{
    // Sums of products of 8-bit numbers need the other half of int32.
    private const double LargestBias = 1 << 30;

    // A channel that γ switches off keeps this part of its scale: a scale of 0 has no bias, whose unit is input scale times weight scale.
    private const double SmallestSlope = 1.0 / (1 << 20);

    /// <summary>C: output channels.</summary>
    public int Channels => Scales.Length;

    /// <summary>The convolution that computes slope·y + shift of what this one computes.</summary>
    /// <param name="slope">A finite factor a channel, <c>[C]</c>. A negative one turns the integers' signs; 0 leaves the shift alone.</param>
    /// <param name="shift">A finite number a channel, <c>[C]</c>.</param>
    /// <remarks>
    /// |slope| goes into the scale, so the integers stay what they were and nothing is rounded again, but for two cases, in which the channel gets a
    /// larger scale than that: its integers do not fit with turned signs (−128), or its bias does not fit int32 (a slope near 0).
    /// </remarks>
    /// <exception cref="OnnxModelException">A zero point at the end of the range leaves no integer for turned signs.</exception>
    public QuantizedConvolution Scale(ReadOnlySpan<double> slope, ReadOnlySpan<double> shift)
    {
        int[] integers = [.. Weights.ToLongs().Select(v => (int)v)];
        int length = integers.Length / Channels;
        float[] scales = new float[Channels];
        double[] bias = new double[Channels];
        for (int c = 0; c < Channels; c++)
        {
            bias[c] = (slope[c] * Bias[c]) + shift[c];
            double from = Math.Max(Scales[c], 1e-12);
            Span<int> channel = integers.AsSpan(c * length, length);
            double fitting = Math.Abs(slope[c]) * from * (slope[c] < 0 ? Stretch(channel, ZeroPoints[c]) : 1);
            double holding = InputScale is { } x ? Math.Abs(bias[c]) / (x * LargestBias) : 0;
            scales[c] = (float)Math.Max(Math.Max(fitting, from * SmallestSlope), holding);
            if (!float.IsFinite(scales[c]))
            {
                throw new OnnxModelException(
                    $"The quantized weights '{Weights.Name}' cannot take a factor of {slope[c]:G4} and a shift of {shift[c]:G4} in channel {c}. Publish an earlier set, or quantize the model with symmetric weights.");
            }

            foreach (ref int value in channel)
            {
                double wanted = ZeroPoints[c] + Math.Round((value - ZeroPoints[c]) * (slope[c] * from / scales[c]), MidpointRounding.ToEven);
                value = (int)Math.Clamp(wanted, Smallest, Largest);
            }
        }

        return this with { Weights = TensorContents.Bytes(Weights.Name, (DataType)Weights.DataType, integers, [.. Weights.Dims]), Scales = scales, Bias = bias };
    }

    private int Smallest => Weights.DataType == (int)DataType.Int8 ? sbyte.MinValue : byte.MinValue;

    private int Largest => Weights.DataType == (int)DataType.Int8 ? sbyte.MaxValue : byte.MaxValue;

    /// <summary>How much larger the scale must be for every integer to fit with its distance from the zero point turned.</summary>
    private double Stretch(ReadOnlySpan<int> channel, int zero)
    {
        double stretch = 1;
        foreach (int value in channel)
        {
            int turned = zero - value;
            if (turned != 0)
            {
                stretch = Math.Max(stretch, turned > 0 ? turned / (double)(Largest - zero) : -turned / (double)(zero - Smallest));
            }
        }

        return stretch;
    }
}
