using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>The model as it is: what every adaptation must beat.</summary>
public sealed class SourceModel : ITestTimeAdaptation
{
    private readonly IDisposable _session;
    private readonly Func<FloatTensor, FloatTensor> _infer;

    /// <summary>Loads a model; a quantized one computes on integers here, as on a device.</summary>
    public SourceModel(NormalizationModel model, SessionSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.IsQuantized)
        {
            var integers = new ModelSession(model.With(model.Source).Edit(proto => proto.Graph.OpenBatch()).Proto, settings);
            _session = integers;
            _infer = images => integers.Run(new Dictionary<string, FloatTensor>(StringComparer.Ordinal) { [model.Signature.InputName] = images }, [model.Signature.OutputName])[0];
        }
        else
        {
            var floats = new ForwardSession(model, settings);
            _session = floats;
            _infer = images => floats.Run(images, model.Source);
        }
    }

    /// <inheritdoc/>
    public TestTimeResult Infer(FloatTensor images, IReadOnlyList<IAdaptationSample> samples) => new(_infer(images), []);

    /// <inheritdoc/>
    public void Reset()
    {
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
