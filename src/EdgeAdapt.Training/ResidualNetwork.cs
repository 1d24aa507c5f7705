using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Graphs;
using Google.Protobuf;
using Onnx;

namespace EdgeAdapt.Training;

/// <summary>
/// Builds residual networks for small images as ONNX graphs (He et al., "Deep Residual Learning for Image Recognition", 2016,
/// section 4.2): a 3×3 convolution, three stages of n basic blocks of two 3×3 convolutions, the later stages at half the size and
/// twice the width, global average pooling and a linear layer; depth is 6n + 2. All weights are zero until they are initialized.
/// </summary>
public sealed class ResidualNetwork
{
    private const long Opset = 17;
    private readonly GraphWriter _writer = new(new GraphProto { Name = "resnet" }, "resnet");

    private ResidualNetwork()
    {
    }

    /// <summary>Builds a network; its input is <c>[N, C, H, W]</c> named "input", its output <c>[N, classes]</c> named "logits".</summary>
    /// <param name="depth">6n + 2 with n at least 1: 8, 14, 20, …</param>
    /// <param name="width">Channels of the first stage, at least 1; 16 in the paper.</param>
    /// <param name="classes">K, at least 2.</param>
    /// <param name="channels">C.</param>
    /// <param name="height">H in pixels, at least 4.</param>
    /// <param name="width2D">W in pixels, at least 4.</param>
    /// <param name="shortcut">How a block whose input has another shape passes it on.</param>
    /// <exception cref="ArgumentException">Lists all faults.</exception>
    public static OnnxModel Build(int depth, int width, int classes, int channels, int height, int width2D, ShortcutOption shortcut = ShortcutOption.A)
    {
        string[] faults =
        [
            .. depth < 8 || depth % 6 != 2 ? [$"The depth is {depth}; give 8, 14, 20 or another 6n + 2"] : (string[])[],
            .. width < 1 ? [$"The width is {width}; give at least 1"] : (string[])[],
            .. classes < 2 ? [$"There are {classes} classes; give at least 2"] : (string[])[],
            .. channels < 1 || height < 4 || width2D < 4 ? [$"The input is {channels}x{height}x{width2D}; give at least 1x4x4"] : (string[])[],
        ];
        if (faults.Length > 0)
        {
            throw new ArgumentException(string.Join(". ", faults) + ".");
        }

        return new ResidualNetwork().Build($"resnet{depth}-{width}.onnx", (depth - 2) / 6, width, classes, [channels, height, width2D], shortcut);
    }

    /// <summary>
    /// Builds ResNet-18 for photographs (table 1 of the same paper): a 7×7 convolution and a pooling that quarter the size, four stages of two
    /// basic blocks with 64 to 512 channels, convolutions as shortcuts. Names and shapes as of <see cref="Build(int, int, int, int, int, int, ShortcutOption)"/>.
    /// </summary>
    /// <param name="classes">K, at least 2.</param>
    /// <param name="size">H and W in pixels, at least 32.</param>
    public static OnnxModel BuildForPhotographs(int classes, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 32);
        return new ResidualNetwork().BuildResNet18(classes, size);
    }

    private OnnxModel BuildResNet18(long classes, long size)
    {
        const long width = 64;
        _writer.Input("input", [-1, 3, size, size]);
        string value = Rectified(Normalized("bn1", Convolved("conv1", "input", 3, width, 2, kernel: 7), width));
        value = _writer.Add("MaxPool", [value], ("kernel_shape", (long[])[3, 3]), ("pads", (long[])[1, 1, 1, 1]), ("strides", (long[])[2, 2]));
        return Classified("resnet18.onnx", Stages(value, 4, 2, width, ShortcutOption.B), width << 3, classes);
    }

    private OnnxModel Build(string name, int blocks, long width, long classes, long[] image, ShortcutOption shortcut)
    {
        _writer.Input("input", [-1, .. image]);
        string value = Rectified(Normalized("bn1", Convolved("conv1", "input", image[0], width, 1), width));
        return Classified(name, Stages(value, 3, blocks, width, shortcut), width << 2, classes);
    }

    /// <summary>Stages of blocks, each but the first at half the size and twice the width.</summary>
    private string Stages(string value, int stages, int blocks, long width, ShortcutOption shortcut)
    {
        long channels = width;
        for (int stage = 0; stage < stages; stage++)
        {
            for (int block = 0; block < blocks; block++)
            {
                long outputs = width << stage;
                value = Block($"layer{stage + 1}.{block}", value, channels, outputs, stage > 0 && block == 0 ? 2 : 1, shortcut);
                channels = outputs;
            }
        }

        return value;
    }

    private OnnxModel Classified(string name, string value, long channels, long classes)
    {
        string pooled = _writer.Add("Flatten", [_writer.Add("GlobalAveragePool", [value])]);
        string logits = _writer.Add("Gemm", [pooled, Tensor("linear.weight", 0, classes, channels), Tensor("linear.bias", 0, classes)], ("transB", true));
        _writer.Output(logits, "logits");
        _writer.Graph.Output[0].Type.TensorType.Shape = new TensorShapeProto
        {
            Dim = { new TensorShapeProto.Types.Dimension { DimParam = "N" }, new TensorShapeProto.Types.Dimension { DimValue = classes } },
        };
        _writer.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimParam = "N";
        var proto = new ModelProto { IrVersion = 8, ProducerName = "edgeadapt", Graph = _writer.Graph, OpsetImport = { new OperatorSetIdProto { Version = Opset } } };
        return OnnxModel.Parse(proto.ToByteArray(), name);
    }

    private string Block(string name, string input, long inputs, long outputs, long stride, ShortcutOption shortcut)
    {
        string value = Rectified(Normalized(name + ".bn1", Convolved(name + ".conv1", input, inputs, outputs, stride), outputs));
        value = Normalized(name + ".bn2", Convolved(name + ".conv2", value, outputs, outputs, 1), outputs);
        string passed = inputs == outputs && stride == 1 ? input
            : shortcut == ShortcutOption.A ? Subsampled(input, outputs - inputs)
            : Normalized(name + ".shortcut.1", _writer.Add("Conv",
                [input, Tensor(name + ".shortcut.0.weight", 0, outputs, inputs, 1, 1)], ("strides", (long[])[stride, stride])), outputs);
        return Rectified(_writer.Add("Add", [value, passed]));
    }

    /// <summary>Every second pixel, and black channels on both sides.</summary>
    private string Subsampled(string input, long more)
    {
        string pixels = _writer.Add("Slice",
            [input, _writer.Constant(0, 0), _writer.Constant(long.MaxValue, long.MaxValue), _writer.Constant(2, 3), _writer.Constant(2, 2)]);
        return _writer.Add("Pad", [pixels, _writer.Constant(0, more / 2, 0, 0, 0, more - (more / 2), 0, 0)]);
    }

    private string Convolved(string name, string input, long inputs, long outputs, long stride, long kernel = 3)
    {
        long pad = kernel / 2;
        return _writer.Add("Conv",
            [input, Tensor(name + ".weight", 0, outputs, inputs, kernel, kernel)],
            ("kernel_shape", (long[])[kernel, kernel]), ("pads", (long[])[pad, pad, pad, pad]), ("strides", (long[])[stride, stride]));
    }

    private string Normalized(string name, string input, long channels) => _writer.Add("BatchNormalization",
        [input, Tensor(name + ".weight", 1, channels), Tensor(name + ".bias", 0, channels), Tensor(name + ".running_mean", 0, channels), Tensor(name + ".running_var", 1, channels)]);

    private string Rectified(string value) => _writer.Add("Relu", [value]);

    private string Tensor(string name, float value, params long[] shape)
    {
        float[] values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        Array.Fill(values, value);
        _writer.Graph.Initializer.Add(TensorContents.Floats(name, values, shape));
        return name;
    }
}
