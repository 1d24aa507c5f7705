using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using Onnx;

namespace EdgeAdapt.Edge.Benchmarks.Swaps;

/// <summary>One session whose parameters are inputs: a swap costs nothing, and nothing is folded.</summary>
internal sealed class InputRoute : ISwapRoute
{
    private readonly NormalizationModel _model;
    private readonly Dictionary<string, FloatTensor> _inputs = new(StringComparer.Ordinal);
    private readonly ModelSession _session;

    public InputRoute(NormalizationModel model, SessionSettings settings)
    {
        _model = model;
        HashSet<string> names = [.. model.Layers.SelectMany(l => l.TensorNames)];
        _session = new ModelSession(
            model.Model.Edit(proto =>
            {
                foreach (TensorProto tensor in proto.Graph.Initializer.Where(t => names.Contains(t.Name)).ToArray())
                {
                    proto.Graph.Initializer.Remove(tensor);
                    var shape = new TensorShapeProto();
                    shape.Dim.AddRange(tensor.Dims.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
                    proto.Graph.Input.Add(new ValueInfoProto
                    {
                        Name = tensor.Name,
                        Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = tensor.DataType, Shape = shape } },
                    });
                }
            }).Proto,
            settings);
    }

    /// <inheritdoc/>
    public string Name => "parameters as inputs";

    /// <inheritdoc/>
    public void Swap(IReadOnlyList<LayerParameters> parameters)
    {
        for (int i = 0; i < _model.Layers.Count; i++)
        {
            for (int j = 0; j < _model.Layers[i].TensorNames.Count; j++)
            {
                _inputs[_model.Layers[i].TensorNames[j]] = new FloatTensor(parameters[i][j], [.. _model.Layers[i].TensorShape]);
            }
        }
    }

    /// <inheritdoc/>
    public float[] Run(FloatTensor image)
    {
        _inputs[_model.Signature.InputName] = image;
        return _session.Run(_inputs, [_model.Signature.OutputName])[0].Values;
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
