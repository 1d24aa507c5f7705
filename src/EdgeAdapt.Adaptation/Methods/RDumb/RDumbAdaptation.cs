using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>RDumb (Press et al., NeurIPS 2023): ETA that starts again from the source at fixed intervals, so that it cannot collapse for long.</summary>
public sealed class RDumbAdaptation : ITestTimeAdaptation
{
    private readonly EtaAdaptation _eta;
    private readonly int _period;
    private long _images;

    /// <summary>Creates the method.</summary>
    /// <exception cref="ArgumentException">The options are not usable; the message lists every fault.</exception>
    /// <exception cref="EdgeAdapt.Onnx.OnnxModelException">Training cannot pass through an operator of the model.</exception>
    public RDumbAdaptation(NormalizationModel model, RDumbOptions options, SessionSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionFaults.ThrowIfAny(options.FindFaults(), nameof(options));
        _period = options.PeriodImages;
        _eta = new EtaAdaptation(model, options.Eta, settings);
    }

    /// <inheritdoc/>
    public TestTimeResult Infer(FloatTensor images, IReadOnlyList<IAdaptationSample> samples)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (_images >= _period)
        {
            Reset();
        }

        _images += images.Count;
        return _eta.Infer(images, samples);
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _eta.Reset();
        _images = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _eta.Dispose();
}
