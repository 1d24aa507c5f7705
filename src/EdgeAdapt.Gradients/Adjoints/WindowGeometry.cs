using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;
using Onnx;

namespace EdgeAdapt.Gradients.Adjoints;

/// <summary>
/// Where the windows of a convolution or a pooling lie, for each spatial axis: window o covers the inputs
/// o·stride − pad + k·dilation, k below the kernel's size.
/// </summary>
internal sealed record WindowGeometry(long[] Kernel, long[] Strides, long[] Dilations, long[] PadBegin, long[] Input, long[] Output)
{
    public int Axes => Kernel.Length;

    public bool HasUnitStrides => Strides.All(s => s == 1);

    /// <summary>Inputs that one window spans.</summary>
    public long Extent(int axis) => (Dilations[axis] * (Kernel[axis] - 1)) + 1;

    /// <summary>Reads a node's windows.</summary>
    /// <param name="node">A Conv or pooling node; auto_pad is resolved.</param>
    /// <param name="kernel">Sizes of the kernel.</param>
    /// <param name="input">Shape of its input <c>[N, C, …]</c>.</param>
    /// <param name="output">Shape of its output <c>[N, M, …]</c>.</param>
    public static WindowGeometry Of(NodeProto node, long[] kernel, ValueShape input, ValueShape output)
    {
        long[] ones = [.. kernel.Select(_ => 1L)];
        long[] strides = node.Ints("strides") ?? ones;
        long[] dilations = node.Ints("dilations") ?? ones;
        long[] begin = (node.Ints("pads") ?? new long[kernel.Length])[..kernel.Length];
        string autoPad = node.Text("auto_pad", "NOTSET");
        if (autoPad != "NOTSET")
        {
            begin = [.. kernel.Select((k, i) => autoPad == "VALID" ? 0 : SamePad(k, strides[i], dilations[i], input[i + 2], autoPad == "SAME_UPPER"))];
        }

        return new WindowGeometry(kernel, strides, dilations, begin, input.Dimensions[2..], output.Dimensions[2..]);
    }

    /// <summary>How many inputs each window really covers, row-major over the outputs: fewer than the kernel at padded edges.</summary>
    public float[] CoveredInputs()
    {
        float[] counts = [1];
        for (int axis = 0; axis < Axes; axis++)
        {
            float[] line = new float[Output[axis]];
            for (int o = 0; o < line.Length; o++)
            {
                for (long k = 0; k < Kernel[axis]; k++)
                {
                    long i = (o * Strides[axis]) - PadBegin[axis] + (k * Dilations[axis]);
                    line[o] += i >= 0 && i < Input[axis] ? 1 : 0;
                }
            }

            counts = [.. counts.SelectMany(_ => line, (outer, inner) => outer * inner)];
        }

        return counts;
    }

    private static long SamePad(long kernel, long stride, long dilation, long input, bool upper)
    {
        long output = (input + stride - 1) / stride;
        long total = Math.Max(0, ((output - 1) * stride) + (dilation * (kernel - 1)) + 1 - input);
        return upper ? total / 2 : total - (total / 2);
    }
}
