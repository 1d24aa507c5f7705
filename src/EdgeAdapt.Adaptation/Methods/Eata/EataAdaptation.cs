using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// EATA (Niu et al., ICML 2022): ETA with a penalty α Σ F (θ − θ₀)² that keeps important parameters near the source's. F, the
/// Fisher information, comes from source images. Where none are given it comes from the first images of the stream, at the source parameters, and the
/// penalty grows into force with them: a device has no source images, and CCC (Press et al., NeurIPS 2023) does the same.
/// </summary>
public sealed class EataAdaptation : ITestTimeAdaptation
{
    private readonly NormalizationModel _model;
    private readonly EataOptions _options;
    private readonly EtaAdaptation _eta;
    private readonly FisherInformation _fisher;
    private readonly StatisticsSession _source;
    private readonly bool _fromStream;
    private readonly ElasticPenalty _penalty;

    /// <summary>Creates the method.</summary>
    /// <param name="model">The model to adapt.</param>
    /// <param name="options">Constants.</param>
    /// <param name="settings">How ONNX Runtime runs it; null for all cores.</param>
    /// <param name="sourceImages">Mini-batches <c>[N, C, H, W]</c> of images without a shift, labels not needed (the authors': 2000 images by 64); null to use the stream.</param>
    /// <exception cref="ArgumentException">The options are not usable; the message lists every fault.</exception>
    /// <exception cref="EdgeAdapt.Onnx.OnnxModelException">Training cannot pass through an operator of the model.</exception>
    public EataAdaptation(NormalizationModel model, EataOptions options, SessionSettings? settings = null, IReadOnlyList<FloatTensor>? sourceImages = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        OptionFaults.ThrowIfAny(options.FindFaults(), nameof(options));
        (_model, _options, _fromStream) = (model, options, sourceImages is null);
        _penalty = new ElasticPenalty(new GradientDescent(options.Eta.LearningRate, options.Eta.Momentum), model.Source, options.FisherAlpha);
        _eta = new EtaAdaptation(model, options.Eta, settings, _penalty);
        _fisher = new FisherInformation(model, settings);
        _source = new StatisticsSession(model, settings);
        foreach (FloatTensor images in sourceImages ?? [])
        {
            Weigh(new UsableImages(images));
        }
    }

    /// <inheritdoc/>
    public TestTimeResult Infer(FloatTensor images, IReadOnlyList<IAdaptationSample> samples)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (!_fromStream || _fisher.Images >= _options.FisherImages)
        {
            return _eta.Infer(images, samples);
        }

        // A gradient of every image of the batch is taken, so each of them travels, whatever ETA chooses.
        var usable = new UsableImages(images);
        Weigh(usable);
        return _eta.Infer(images, samples) with { Uploaded = usable.Rows };
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _eta.Reset();
        if (_fromStream)
        {
            _fisher.Reset();
            _penalty.Importance = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _eta.Dispose();
        _fisher.Dispose();
        _source.Dispose();
    }

    private void Weigh(UsableImages usable)
    {
        if (usable.Rows.Count > 0)
        {
            _fisher.Add(usable.Images, _source.Run(usable.Images, _model.Source, null, StatisticsPolicy.Batch).Logits);
            _penalty.Importance = _fisher.Diagonal;
        }
    }
}
