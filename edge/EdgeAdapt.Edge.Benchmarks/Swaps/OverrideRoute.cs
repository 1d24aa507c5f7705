using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace EdgeAdapt.Edge.Benchmarks.Swaps;

/// <summary>
/// A new session of the same bytes with initializers replaced by <see cref="SessionOptions.AddInitializer"/>. ONNX Runtime replaces them after it has folded the
/// model's own into the weights, so that with every optimization on the new ones change nothing; they count with optimizations that fold nothing.
/// </summary>
internal sealed class OverrideRoute : ISwapRoute
{
    private readonly NormalizationModel _model;
    private readonly SessionSettings _settings;
    private readonly byte[] _bytes;
    private readonly PrePackedWeightsContainer? _shared;
    private readonly List<OrtValue> _values = [];
    private InferenceSession? _session;

    /// <summary>Serializes the model once.</summary>
    /// <param name="model">The model.</param>
    /// <param name="settings">How to run it.</param>
    /// <param name="fold">Whether ONNX Runtime may fold.</param>
    /// <param name="share">Whether sessions share the weights that they lay out for their kernels.</param>
    public OverrideRoute(NormalizationModel model, SessionSettings settings, bool fold, bool share)
    {
        _model = model;
        _settings = settings with { Optimize = fold };
        _bytes = model.Model.ToBytes();
        _shared = share ? new PrePackedWeightsContainer() : null;
        Name = $"initializers replaced, {(fold ? "folded" : "not folded")}{(share ? ", packed weights shared" : string.Empty)}";
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public void Swap(IReadOnlyList<LayerParameters> parameters)
    {
        using SessionOptions options = _settings.ToNative();
        List<OrtValue> values = [];
        for (int i = 0; i < _model.Layers.Count; i++)
        {
            for (int j = 0; j < _model.Layers[i].TensorNames.Count; j++)
            {
                values.Add(OrtValue.CreateTensorValueFromMemory(parameters[i][j], [.. _model.Layers[i].TensorShape]));
                options.AddInitializer(_model.Layers[i].TensorNames[j], values[^1]);
            }
        }

        InferenceSession next = _shared is null ? new InferenceSession(_bytes, options) : new InferenceSession(_bytes, options, _shared);
        Release();
        _session = next;
        _values.AddRange(values);
    }

    /// <inheritdoc/>
    public float[] Run(FloatTensor image)
    {
        using var run = new RunOptions();
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(image.Values, image.Shape);
        using IDisposableReadOnlyCollection<OrtValue> results = _session!.Run(run, [_model.Signature.InputName], [input], [_model.Signature.OutputName]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        _shared?.Dispose();
    }

    private void Release()
    {
        _session?.Dispose();
        _values.ForEach(v => v.Dispose());
        _values.Clear();
    }
}
