using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Sessions;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace EdgeAdapt.Testing.Models;

/// <summary>
/// Static quantization to 8 bits in the form that ONNX Runtime's quantizer writes: a QuantizeLinear and a DequantizeLinear behind every value, weights as integers
/// behind a DequantizeLinear, int32 biases in units of input scale times weight scale, ranges from the extremes over sample images.
/// </summary>
public sealed class QuantizedModelBuilder
{
    private readonly QuantizationForm _form;
    private readonly GraphProto _graph = new() { Name = "quantized" };
    private readonly Dictionary<string, TensorProto> _tensors;
    private readonly Dictionary<string, (float Scale, int Zero)> _ranges = [];
    private readonly Dictionary<string, string> _values = [];

    private QuantizedModelBuilder(OnnxModel model, QuantizationForm form)
    {
        _form = form;
        _tensors = model.Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
    }

    /// <summary>Quantizes a classifier of convolutions, rectifiers, pooling, sums and Gemm.</summary>
    /// <param name="model">The float32 model, layers folded.</param>
    /// <param name="images">Sample images <c>[N, C, H, W]</c>.</param>
    /// <param name="form">The form; null for the default.</param>
    public static OnnxModel Quantize(OnnxModel model, FloatTensor images, QuantizationForm? form = null)
    {
        var builder = new QuantizedModelBuilder(model, form ?? QuantizationForm.Default);
        byte[] bytes = model.Edit(proto =>
        {
            builder.Calibrate(proto, images);
            builder.Write(proto.Graph);
            proto.Graph = builder._graph;
            proto.OpsetImport[0].Version = builder._form.Opset;
        }).ToBytes();
        return OnnxModel.Parse(bytes, "quantized");
    }

    private void Calibrate(ModelProto proto, FloatTensor images)
    {
        string[] values = [.. proto.Graph.Node.Select(n => n.Output[0])];
        ModelProto probe = proto.Clone();
        probe.Graph.Output.Clear();
        probe.Graph.Output.AddRange(values.Select(v => new ValueInfoProto { Name = v }));
        using var session = new ModelSession(probe, new SessionSettings { Optimize = false, Threads = 1 });
        string input = proto.Graph.Input[0].Name;
        FloatTensor[] results = session.Run(new Dictionary<string, FloatTensor> { [input] = images }, values);
        _ranges[input] = Range(images.Values);
        foreach ((string value, FloatTensor result) in values.Zip(results))
        {
            _ranges[value] = Range(result.Values);
        }
    }

    private (float Scale, int Zero) Range(float[] values)
    {
        float low = Math.Min(values.Min(), 0);
        float high = Math.Max(values.Max(), 0);
        return _form.SignedActivations
            ? (Math.Max(-low, high) / 127f, 0)
            : ((high - low) / 255f, (int)Math.Round(-low / ((high - low) / 255f)));
    }

    private void Write(GraphProto source)
    {
        _graph.Input.AddRange(source.Input);
        _graph.Output.AddRange(source.Output);
        Quantize(source.Input[0].Name);
        foreach (NodeProto node in source.Node)
        {
            NodeProto copy = node.Clone();
            copy.Input.Clear();
            copy.Input.AddRange(node.Input.Select((name, i) => !_tensors.TryGetValue(name, out TensorProto? tensor) ? _values[name]
                : node.OpType is not ("Conv" or "Gemm") ? Constant(tensor)
                : i == 1 ? Weight(node) : Bias(node)));
            _graph.Node.Add(copy);
            if (node.OpType == "Identity")
            {
                continue;
            }

            // An unsigned range from 0 cuts off what a rectifier would, so the quantizer drops it.
            NodeProto? rectifier = _form.SignedActivations ? null : source.Node.FirstOrDefault(n => n.OpType == "Relu" && n.Input[0] == node.Output[0]);
            if (node.OpType == "Relu" && !_form.SignedActivations)
            {
                _graph.Node.RemoveAt(_graph.Node.Count - 1);
            }
            else if (rectifier is not null)
            {
                copy.Output[0] = rectifier.Output[0];
                Quantize(rectifier.Output[0]);
                _values[node.Output[0]] = _values[rectifier.Output[0]];
            }
            else
            {
                Quantize(node.Output[0]);
            }
        }
    }

    private void Quantize(string value)
    {
        (float scale, int zero) = _ranges[value];
        DataType type = _form.SignedActivations ? DataType.Int8 : DataType.Uint8;
        _graph.Initializer.AddRange([TensorContents.Floats(value + "_scale", [scale]), TensorContents.Bytes(value + "_zero_point", type, [zero])]);
        Node("QuantizeLinear", value, value + "_QuantizeLinear_Output", value);
        Node("DequantizeLinear", value + "_QuantizeLinear_Output", value + "_DequantizeLinear_Output", value);
        _values[value] = value + "_DequantizeLinear_Output";
    }

    private string Constant(TensorProto tensor)
    {
        if (!_graph.Initializer.Any(t => t.Name == tensor.Name))
        {
            _graph.Initializer.Add(tensor);
        }

        return tensor.Name;
    }

    private string Weight(NodeProto node)
    {
        TensorProto tensor = _tensors[node.Input[1]];
        float[] values = tensor.ToFloats();
        int channels = _form.PerChannel && node.OpType == "Conv" ? (int)tensor.Dims[0] : 1;
        int length = values.Length / channels;
        float[] scales = new float[channels];
        int[] zeros = new int[channels];
        int[] integers = new int[values.Length];
        (int smallest, int largest) = _form.UnsignedWeights ? (0, 255) : (-127, 127);
        for (int c = 0; c < channels; c++)
        {
            ReadOnlySpan<float> channel = values.AsSpan(c * length, length);
            float low = 0;
            float high = 0;
            foreach (float v in channel)
            {
                (low, high) = (Math.Min(low, v), Math.Max(high, v));
            }

            scales[c] = _form.UnsignedWeights ? (high - low) / 255 : Math.Max(-low, high) / 127;
            zeros[c] = _form.UnsignedWeights ? (int)Math.Round(-low / scales[c]) : 0;
            for (int i = 0; i < length; i++)
            {
                integers[(c * length) + i] = (int)Math.Clamp(zeros[c] + Math.Round(channel[i] / scales[c]), smallest, largest);
            }
        }

        DataType type = _form.UnsignedWeights ? DataType.Uint8 : DataType.Int8;
        _graph.Initializer.Add(TensorContents.Bytes(tensor.Name + "_quantized", type, integers, [.. tensor.Dims]));
        _graph.Initializer.Add(TensorContents.Floats(tensor.Name + "_scale", scales, channels == 1 ? [] : [channels]));
        _graph.Initializer.Add(TensorContents.Bytes(tensor.Name + "_zero_point", type, zeros, channels == 1 ? [] : [channels]));
        return Node("DequantizeLinear", tensor.Name + "_quantized", tensor.Name + "_DequantizeLinear_Output", tensor.Name, channels > 1);
    }

    private string Bias(NodeProto node)
    {
        TensorProto tensor = _tensors[node.Input[2]];
        if (_form.FloatBias)
        {
            return Constant(tensor);
        }

        float[] weightScales = _graph.Initializer.First(t => t.Name == node.Input[1] + "_scale").ToFloats();
        float inputScale = _ranges[node.Input[0]].Scale;
        float[] scales = [.. weightScales.Select(s => s * inputScale)];
        int[] integers = [.. tensor.ToFloats().Select((v, c) => (int)Math.Round(v / (double)scales[scales.Length == 1 ? 0 : c]))];
        _graph.Initializer.Add(TensorContents.Integers(tensor.Name + "_quantized", integers, integers.Length));
        _graph.Initializer.Add(TensorContents.Floats(tensor.Name + "_scale", scales, scales.Length == 1 ? [] : [scales.Length]));
        _graph.Initializer.Add(TensorContents.Integers(tensor.Name + "_zero_point", new int[scales.Length], scales.Length == 1 ? [] : [scales.Length]));
        return Node("DequantizeLinear", tensor.Name + "_quantized", tensor.Name + "_DequantizeLinear_Output", tensor.Name, scales.Length > 1);
    }

    private string Node(string operation, string input, string output, string parameters, bool perChannel = false)
    {
        var node = new NodeProto { OpType = operation, Name = $"{parameters}_{operation}", Input = { input, parameters + "_scale", parameters + "_zero_point" }, Output = { output } };
        if (perChannel)
        {
            node.Attribute.Add(new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = 0 });
        }

        _graph.Node.Add(node);
        return output;
    }
}
