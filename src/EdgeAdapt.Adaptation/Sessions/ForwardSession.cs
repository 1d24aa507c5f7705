using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// Inference with normalization parameters that are passed in with each batch instead of being part of the model: what a
/// training loop needs, which changes them at every step. A model whose parameters stay is faster with them inside, where
/// ONNX Runtime folds them. Holds no state; calls from several threads are safe.
/// </summary>
public sealed class ForwardSession : IDisposable
{
    private readonly NormalizationModel _model;
    private readonly ModelSession _session;

    /// <summary>Turns the model's normalization parameters into inputs and loads it.</summary>
    /// <param name="model">The model; it is not changed.</param>
    /// <param name="settings">How ONNX Runtime runs it; null for all cores.</param>
    public ForwardSession(NormalizationModel model, SessionSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _session = new ModelSession(
            model.Model.Edit(proto =>
            {
                proto.Graph.OpenBatch();
                ParameterInputs.Open(new GraphWriter(proto.Graph), model.Layers);
            }).Proto,
            SessionSettings.ForTwin(settings));
    }

    /// <summary>Infers a batch; each layer normalises by the mean and variance given.</summary>
    /// <param name="images"><c>[N, C, H, W]</c>. Images do not influence one another; NaN in one makes its own logits NaN.</param>
    /// <param name="parameters">One entry a layer.</param>
    /// <returns>Logits <c>[N, K]</c>.</returns>
    /// <exception cref="ArgumentException">The list does not match the model's layers.</exception>
    public FloatTensor Run(FloatTensor images, IReadOnlyList<LayerParameters> parameters)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.Count != _model.Layers.Count)
        {
            throw new ArgumentException($"There are {parameters.Count} entries and the model has {_model.Layers.Count} normalization layers.", nameof(parameters));
        }

        var inputs = new Dictionary<string, FloatTensor>(StringComparer.Ordinal) { [_model.Signature.InputName] = images };
        for (int i = 0; i < parameters.Count; i++)
        {
            ParameterInputs.Feed(inputs, _model.Layers[i], parameters[i]);
        }

        return _session.Run(inputs, [_model.Signature.OutputName])[0];
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
