using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Gradients.Normalization;

/// <summary>
/// A layer that normalizes each sample by itself (layer, instance, group normalization, or a bare scale and shift) in a gradient
/// graph. With h = (v − mean v)/s, s = √(var v + ε), means over n values, the value is y = γ·h + β, and with g = γ·dy
/// dγ = Σ dy·h, dβ = Σ dy, dv = (g − mean g − h·mean(g·h))/s. Value and gradient are those of inference: nothing is running here.
/// </summary>
internal sealed class TrainedSampleLayer : ITrainedLayer
{
    private readonly GraphWriter _writer;
    private readonly NormalizationLayer _layer;
    private readonly NormalizationForm _form;
    private readonly ValueShape _shape;
    private readonly ValueShape _view;
    private readonly long[] _axes;
    private readonly float _share;

    /// <summary>γ and β in the shape that broadcasts over <see cref="_scaled"/>.</summary>
    private readonly ValueShape _scaleShape;

    /// <summary>Shape of the value that scale and shift are applied to: that of the input, or of its view in groups.</summary>
    private readonly ValueShape _scaled;
    private readonly string _scale;
    private readonly string _normalized;
    private readonly string _reciprocal;

    /// <summary>Appends the layer's value under the name given, and γ and β as graph inputs.</summary>
    /// <param name="writer">Receives the nodes.</param>
    /// <param name="layer">The layer; it has a form.</param>
    /// <param name="shape">Shape of its input.</param>
    /// <param name="output">Name of its value.</param>
    /// <exception cref="OnnxModelException">It normalizes over the batch.</exception>
    public TrainedSampleLayer(GraphWriter writer, NormalizationLayer layer, ValueShape shape, string output)
    {
        (_writer, _layer, _form, _shape, Output) = (writer, layer, layer.Form!, shape, output);
        foreach (string name in layer.TensorNames)
        {
            writer.Input(name, [.. layer.TensorShape]);
        }

        string value = View(_form.Input);
        _view = _form.Groups == 0 ? shape : new ValueShape([shape[0], _form.Groups, Positions()]);
        _axes = _form.Groups > 0 ? [2] : [.. _form.Axes.Select(a => (long)shape.Axis(a)).Order()];
        _share = 1f / (_view.Product(_axes.Select(a => (int)a)) ?? throw OverTheBatch());
        _normalized = value;
        _reciprocal = string.Empty;
        if (layer.Kind != NormalizationKind.Affine)
        {
            string centred = writer.Minus(value, Mean(value));
            string variance = Mean(writer.Times(centred, centred));
            _reciprocal = writer.Add("Reciprocal", [writer.Add("Sqrt", [writer.Plus(variance, writer.Constant(layer.Epsilon))])]);
            _normalized = writer.Times(centred, _reciprocal);
        }

        bool inView = _form.Scale == NormalizationScale.Group || (_form.Scale == NormalizationScale.Channel && _form.Groups == layer.Channels);
        _scaled = inView ? _view : shape;
        _scaleShape = _form.Scale == NormalizationScale.Broadcast
            ? new ValueShape([.. layer.TensorShape])
            : new ValueShape([layer.Channels, .. Enumerable.Repeat(1L, _scaled.Rank - 2)]);
        _scale = Shaped(layer.ScaleName);
        string sum = writer.Plus(writer.Times(ToScaled(_normalized), _scale), Shaped(layer.BiasName));
        writer.Add("Identity", [inView ? writer.ReshapeLike(sum, Input, shape) : sum]);
        writer.Graph.Node[^1].Output[0] = output;
    }

    public string Input => _form.Input;

    public string Output { get; }

    public string? EmitBackward(string? gradient, bool wantsInput)
    {
        if (gradient is null)
        {
            UnreachedLayer.Emit(_writer, _layer);
            return null;
        }

        IReadOnlyList<string> names = GradientGraphNames.LayerOutputs(_layer);
        string dy = ReferenceEquals(_scaled, _shape) ? gradient : View(gradient);
        _writer.Output(Flat(_writer.SumTo(_writer.Times(dy, ToScaled(_normalized)), _scaled, _scaleShape)), names[0]);
        _writer.Output(Flat(_writer.SumTo(dy, _scaled, _scaleShape)), names[1]);
        if (!wantsInput)
        {
            return null;
        }

        string g = _writer.Times(dy, _scale);
        if (_layer.Kind == NormalizationKind.Affine)
        {
            return g;
        }

        g = ReferenceEquals(_scaled, _shape) ? View(g) : g;
        string projection = _writer.Times(_normalized, Mean(_writer.Times(g, _normalized)));
        string dv = _writer.Times(_writer.Minus(_writer.Minus(g, Mean(g)), projection), _reciprocal);
        return _form.Groups == 0 ? dv : _writer.ReshapeLike(dv, Input, _shape);
    }

    private string Mean(string value) => _writer.Times(_writer.Sum(value, _axes, true), _share);

    private string View(string value) => _form.Groups == 0 ? value : _writer.Reshape(value, 0, _form.Groups, -1);

    /// <summary>A value in the shape of the view, in that of scale and shift.</summary>
    private string ToScaled(string value) =>
        _form.Groups > 0 && ReferenceEquals(_scaled, _shape) ? _writer.ReshapeLike(value, Input, _shape) : value;

    private string Shaped(string parameter) =>
        _scaleShape.Dimensions.AsSpan().SequenceEqual([.. _layer.TensorShape]) ? parameter : _writer.Reshape(parameter, _scaleShape.Dimensions);

    private string Flat(string gradient) => _writer.Reshape(gradient, _layer.Channels);

    private long Positions() => _shape.Product(Enumerable.Range(1, _shape.Rank - 1)) is { } all && all % _form.Groups == 0
        ? all / _form.Groups
        : throw OverTheBatch();

    private OnnxModelException OverTheBatch() => new(
        $"The layer '{_layer.Name}' normalizes over an axis that follows the batch size, so that images influence one another. Export a model that normalizes each image by itself.");
}
