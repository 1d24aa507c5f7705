using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>The model as it is: what every adaptation must beat.</summary>
public sealed class SourceModel : ITestTimeAdaptation
{
    private readonly ForwardSession _session;
    private readonly NormalizationModel _model;

    /// <summary>Loads a model.</summary>
    public SourceModel(NormalizationModel model, SessionSettings? settings = null)
    {
        _model = model;
        _session = new ForwardSession(model, settings);
    }

    /// <inheritdoc/>
    public TestTimeResult Infer(FloatTensor images, IReadOnlyList<IAdaptationSample> samples) => new(_session.Run(images, _model.Source), []);

    /// <inheritdoc/>
    public void Reset()
    {
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
