using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Normalization;

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
internal sealed class TrainedLayer
{
    private readonly GraphWriter _writer;
    private readonly NormalizationLayer _layer;
    private readonly bool _renormalizes;
    private readonly int _rank;
    private readonly long[] _reduced;
    private readonly string _centred;
    private readonly string _scale;
    private readonly string _count;
    private readonly string _squaredDeviation;
    private readonly string _referenceDeviation;
    private readonly string _meanShift;
    private readonly string _size;

    /// <summary>Appends the layer's forward nodes: its value under the name <paramref name="output"/>, its statistics as graph outputs.</summary>
    public TrainedLayer(GraphWriter writer, NormalizationLayer layer, string input, string output, int rank, TrainingStatistics statistics)
    {
        _writer = writer;
        _layer = layer;
        _rank = rank;
        _renormalizes = statistics == TrainingStatistics.BatchRenormalization;
        _reduced = [.. Enumerable.Range(0, rank).Where(i => i != 1).Select(i => (long)i)];
        Input = input;
        Output = output;
        foreach (string name in layer.TensorNames)
        {
            writer.Input(name, [layer.Channels]);
        }

        string n = writer.Times(writer.Size(input), 1f / layer.Channels);
        _count = _renormalizes ? writer.Minus(n, writer.Constant(1f)) : n;
        string mean = writer.Over(writer.Sum(input, _reduced, false), n);
        _centred = writer.Minus(input, PerChannel(mean));
        string variance = writer.Over(ChannelDot(_centred, _centred), _count);
        string epsilon = writer.Constant(layer.Epsilon);
        _squaredDeviation = writer.Plus(variance, epsilon);
        _referenceDeviation = writer.Add("Sqrt", [_renormalizes ? writer.Plus(layer.VarianceName, epsilon) : _squaredDeviation]);
        _scale = writer.Over(layer.ScaleName, _referenceDeviation);
        _meanShift = _renormalizes ? writer.Minus(mean, layer.MeanName) : string.Empty;
        string offset = _renormalizes ? writer.Plus(layer.BiasName, writer.Times(_scale, _meanShift)) : layer.BiasName;
        writer.Plus(writer.Times(_centred, PerChannel(_scale)), PerChannel(offset));
        writer.Graph.Node[^1].Output[0] = output;
        _size = n;
        IReadOnlyList<string> names = GradientGraphNames.LayerOutputs(layer);
        writer.Output(mean, names[2]);
        writer.Output(variance, names[3]);
    }

    public string Input { get; }

    public string Output { get; }

    /// <summary>Appends the backward nodes; the parameters' gradients become graph outputs.</summary>
    /// <param name="gradient">Gradient of the layer's value, or null where none reaches it: its parameters' gradients are 0 then.</param>
    /// <param name="wantsInput">Whether the gradient of the layer's input is needed.</param>
    /// <returns>That gradient, or null.</returns>
    public string? EmitBackward(string? gradient, bool wantsInput)
    {
        IReadOnlyList<string> names = GradientGraphNames.LayerOutputs(_layer);
        if (gradient is null)
        {
            string zeros = _writer.ZerosLike(_layer.ScaleName);
            _writer.Output(zeros, names[0]);
            _writer.Output(zeros, names[1]);
            return null;
        }

        string sum = _writer.Sum(gradient, _reduced, false);
        string dot = ChannelDot(gradient, _centred);
        string weighted = _renormalizes ? _writer.Plus(dot, _writer.Times(_meanShift, sum)) : dot;
        _writer.Output(_writer.Over(weighted, _referenceDeviation), names[0]);
        _writer.Output(sum, names[1]);
        if (!wantsInput)
        {
            return null;
        }

        string slope = _writer.Negative(_writer.Over(_writer.Times(_scale, dot), _writer.Times(_squaredDeviation, _count)));
        string offset = _writer.Negative(_writer.Over(_writer.Times(_scale, sum), _size));
        string fromInput = _writer.Plus(_writer.Times(_centred, PerChannel(slope)), PerChannel(offset));
        return _writer.Plus(_writer.Times(gradient, PerChannel(_scale)), fromInput);
    }

    /// <summary><c>[C]</c> to <c>[C, 1, …]</c>, so that it broadcasts against the layer's input.</summary>
    private string PerChannel(string vector) =>
        _rank == 2 ? vector : _writer.Reshape(vector, [_layer.Channels, .. Enumerable.Repeat(1L, _rank - 2)]);

    /// <summary>
    /// Σ a·b a channel, <c>[C]</c>: a matrix product of one row and one column for each image and channel, which reads both
    /// once and writes no product tensor.
    /// </summary>
    private string ChannelDot(string a, string b)
    {
        if (_rank == 2)
        {
            return _writer.Sum(_writer.Times(a, b), _reduced, false);
        }

        string products = _writer.Add("MatMul", [_writer.Reshape(a, 0, 0, 1, -1), _writer.Reshape(b, 0, 0, -1, 1)]);
        return _writer.Sum(products, [0, 2, 3], false);
    }
}
