using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Normalization;
using Onnx;

namespace EdgeAdapt.Gradients.Normalization;

/// <summary>
/// A BatchNormalization layer in a gradient graph. With n values a channel, batch mean μ, xc = x − μ, and s = √(var + ε) of the
/// batch, the value is y = a·xc + b and the backward pass needs of the gradient only G = Σ dy and D = Σ dy·xc a channel:
/// dx = a·(dy − G/n − xc·D/(s²·m)), with m = n − 1 where var is unbiased and m = n where it is not.
/// </summary>
/// <remarks>
/// The input is centred before anything is squared or multiplied: E[x²] − μ² loses every digit where |μ| is much larger than s,
/// and these statistics are shipped to devices. Batch renormalization: a = γ/√(var_R + ε), b = β + a·(μ − μ_R),
/// dγ = (D + (μ − μ_R)·G)/√(var_R + ε). Batch statistics: a = γ/s, b = β, dγ = D/s.
/// </remarks>
internal sealed class TrainedLayer : ITrainedLayer
{
    private readonly GraphWriter _writer;
    private readonly NormalizationLayer _layer;
    private readonly bool _renormalizes;
    private readonly ChannelArithmetic _channels;
    private readonly string _scale;
    private readonly string _size;
    private readonly string _count;
    private readonly string _squaredDeviation;
    private readonly string _referenceDeviation;
    private readonly string _meanShift;

    /// <summary>What the value is mapped from: xc, or its extremes where the layer is pooled.</summary>
    private string _centred;

    /// <summary>Arithmetic in the shape of the value.</summary>
    private ChannelArithmetic _valueChannels;

    /// <summary>Appends the layer's statistics, as graph outputs too. The value is appended by one of the two calls below.</summary>
    /// <param name="writer">Receives the nodes.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="input">Its input's name.</param>
    /// <param name="shape">Its input's shape.</param>
    /// <param name="statistics">Which statistics it uses.</param>
    /// <param name="turned">Whether xc is turned round in channels of negative scale, for <see cref="EmitPooledValue"/>.</param>
    public TrainedLayer(
        GraphWriter writer, NormalizationLayer layer, string input, ValueShape shape, TrainingStatistics statistics, bool turned = false)
    {
        _writer = writer;
        _layer = layer;
        _renormalizes = statistics == TrainingStatistics.BatchRenormalization;
        _channels = _valueChannels = new ChannelArithmetic(writer, shape);
        Input = input;
        foreach (string name in layer.TensorNames)
        {
            writer.Input(name, [layer.Channels]);
        }

        _size = writer.Times(writer.Size(input), 1f / layer.Channels);
        _count = _renormalizes ? writer.Minus(_size, writer.Constant(1f)) : _size;
        string mean = writer.Over(_channels.Sum(input), _size);
        string sign = turned ? Sign(layer.ScaleName) : string.Empty;
        _centred = turned ? _channels.Map(input, sign, writer.Negative(writer.Times(mean, sign))) : _channels.Minus(input, mean);
        string variance = writer.Over(_channels.Dot(_centred, _centred), _count);
        string epsilon = writer.Constant(layer.Epsilon);
        _squaredDeviation = writer.Plus(variance, epsilon);
        _referenceDeviation = writer.Add("Sqrt", [_renormalizes ? writer.Plus(layer.VarianceName, epsilon) : _squaredDeviation]);
        _scale = writer.Over(layer.ScaleName, _referenceDeviation);
        _meanShift = _renormalizes ? writer.Minus(mean, layer.MeanName) : string.Empty;
        IReadOnlyList<string> names = GradientGraphNames.LayerOutputs(layer);
        writer.Output(mean, names[2]);
        writer.Output(variance, names[3]);
        Output = string.Empty;
    }

    public string Input { get; }

    /// <summary>Empty until the value is appended.</summary>
    public string Output { get; private set; }

    /// <summary>Appends the layer's value under the name given.</summary>
    public void EmitValue(string output) => EmitValue(_channels, output);

    /// <summary>
    /// Appends the value of a max pooling that alone reads the layer, under the pooling's name. Where a ≥ 0 the largest y is at
    /// the largest xc, else at the smallest; so xc, turned round in the latter channels, is pooled, and value and sums are
    /// computed from a fraction of the values, without indices. Only for a layer whose input wants no gradient.
    /// </summary>
    /// <param name="pool">The max pooling node.</param>
    /// <param name="pooled">Shape of its output.</param>
    public void EmitPooledValue(NodeProto pool, ValueShape pooled)
    {
        NodeProto copy = pool.Clone();
        copy.Input[0] = _centred;
        copy.Output[0] = _writer.NewName("pooled");
        _writer.Graph.Node.Add(copy);
        var channels = new ChannelArithmetic(_writer, pooled);
        _centred = channels.Map(copy.Output[0], Sign(_layer.ScaleName), null);
        EmitValue(channels, pool.Output[0]);
    }

    public string? EmitBackward(string? gradient, bool wantsInput)
    {
        if (gradient is null)
        {
            UnreachedLayer.Emit(_writer, _layer);
            return null;
        }

        IReadOnlyList<string> names = GradientGraphNames.LayerOutputs(_layer);
        string sum = _valueChannels.Sum(gradient);
        string dot = _valueChannels.Dot(gradient, _centred);
        string weighted = _renormalizes ? _writer.Plus(dot, _writer.Times(_meanShift, sum)) : dot;
        _writer.Output(_writer.Over(weighted, _referenceDeviation), names[0]);
        _writer.Output(sum, names[1]);
        if (!wantsInput)
        {
            return null;
        }

        string slope = _writer.Negative(_writer.Over(_writer.Times(_scale, dot), _writer.Times(_squaredDeviation, _count)));
        string offset = _writer.Negative(_writer.Over(_writer.Times(_scale, sum), _size));
        return _writer.Plus(_channels.Map(_centred, slope, offset), _channels.Map(gradient, _scale, null));
    }

    private void EmitValue(ChannelArithmetic channels, string output)
    {
        string offset = _renormalizes ? _writer.Plus(_layer.BiasName, _writer.Times(_scale, _meanShift)) : _layer.BiasName;
        channels.Map(_centred, _scale, offset);
        _writer.Graph.Node[^1].Output[0] = Output = output;
        _valueChannels = channels;
    }

    /// <summary>1 where a scale is at least 0, else −1.</summary>
    private string Sign(string scale) =>
        _writer.Add("Where", [_writer.Add("Less", [scale, _writer.Constant(0f)]), _writer.Constant(-1f), _writer.Constant(1f)]);
}
