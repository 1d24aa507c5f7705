using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// A forward-only search after FOA (Niu et al., ICML 2024): for each batch a generation of CMA-ES proposes parameters, each is tried by one forward pass, and entropy plus the
/// discrepancy of the activations' statistics from the source's says which is better. The best candidate's answers are given: they are computed already, where those of the
/// updated mean would cost a pass more and are not known to be better on this batch; the authors' code does so too. No gradient; nothing is uploaded. FOA searches prompts,
/// inputs of a transformer that an ONNX file does not have; here a random subspace of γ and β of the normalization layers is searched instead. The price is K + 1 passes a batch.
/// </summary>
/// <remarks>
/// The source's statistics are the running ones for BatchNormalization. For layers without them, and for the features before the classifier, they come from source images where
/// some are given, as the authors' do; otherwise from the first images of the stream at the source parameters. The search can then only keep the activations where the stream
/// began, not bring them back to the source; features are shifted (<see cref="ActivationShift"/>) only with source images and in front of a final linear layer.
/// </remarks>
public sealed class FoaAdaptation : ITestTimeAdaptation
{
    private readonly NormalizationModel _model;
    private readonly FoaOptions _options;
    private readonly ActivationSession _session;
    private readonly ReferenceStatistics _reference;
    private readonly NormalizationSubspace _subspace;
    private readonly ActivationShift? _shift;
    private readonly SeededGenerator _generator;
    private readonly ulong _start;
    private readonly bool _fromStream;
    private CmaEs _search;
    private double[] _best;

    /// <summary>Creates the method.</summary>
    /// <param name="model">The model to adapt; any kind of normalization layer will do.</param>
    /// <param name="options">Constants.</param>
    /// <param name="settings">How ONNX Runtime runs it; null for all cores.</param>
    /// <param name="sourceImages">Batches <c>[N, C, H, W]</c> of images without a shift, labels not needed (the authors: 32 are enough); null to use the stream.</param>
    /// <exception cref="ArgumentException">The options are not usable, the message lists every fault; or no source image is finite.</exception>
    /// <exception cref="EdgeAdapt.Onnx.OnnxModelException">ONNX Runtime refuses the graph.</exception>
    public FoaAdaptation(NormalizationModel model, FoaOptions options, SessionSettings? settings = null, IReadOnlyList<FloatTensor>? sourceImages = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        OptionFaults.ThrowIfAny(options.FindFaults(), nameof(options));
        (_model, _options, _fromStream) = (model, options, sourceImages is null);
        var frozen = new FrozenLayers(model, options.FrozenLayers);
        _generator = new SeededGenerator(options.Seed);
        _subspace = new NormalizationSubspace(model, options.Dimension, options.Radius, layer => !frozen.Contains(layer), _generator);
        _start = _generator.State;
        (_search, _best) = Begin();
        _session = new ActivationSession(model, options.PriorSamples, settings);
        _reference = new ReferenceStatistics(model);
        if (sourceImages is null)
        {
            return;
        }

        foreach (FloatTensor images in sourceImages)
        {
            var usable = new UsableImages(images);
            if (usable.Rows.Count > 0)
            {
                _reference.Add(_session.Run(usable.Images, model.Source).Seen, usable.Rows.Count);
            }
        }

        if (_reference.Images == 0)
        {
            _session.Dispose();
            throw new ArgumentException("No source image is usable; give finite ones, 32 or more, or null to use the stream's first images.", nameof(sourceImages));
        }

        _shift = _session.Head is { } head ? new ActivationShift(head, _reference.Entries[^1].Mean, options) : null;
    }

    /// <inheritdoc/>
    public TestTimeResult Infer(FloatTensor images, IReadOnlyList<IAdaptationSample> samples)
    {
        ArgumentNullException.ThrowIfNull(images);
        var usable = new UsableImages(images);
        if (usable.Rows.Count == 0)
        {
            return new TestTimeResult(UsableImages.Broken(images.Count, _model.Signature.Classes), []);
        }

        return new TestTimeResult(usable.Spread(Answer(usable.Images)), []);
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _generator.State = _start;
        (_search, _best) = Begin();
        _shift?.Reset();
        if (_fromStream)
        {
            _reference.Reset();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private FloatTensor Answer(FloatTensor images)
    {
        FoaCandidate[] candidates;
        if (_fromStream && _reference.Images < _options.ReferenceImages)
        {
            (FloatTensor logits, LayerStatistics[] seen) = _session.Run(images, _model.Source);
            _reference.Add(seen, images.Count);
            return logits;
        }

        FoaCandidate best = Try(_best, images);
        if (images.Count < _options.SmallestBatch)
        {
            candidates = [best];
        }
        else
        {
            candidates = [.. Enumerable.Range(0, _search.Population).Select(_ => Try(Draw(), images)), best];
            _search.Update([.. candidates.Select(c => c.Point)], [.. candidates.Select(c => c.Fitness)]);
            foreach (FoaCandidate candidate in candidates)
            {
                best = candidate.Fitness < best.Fitness || double.IsNaN(best.Fitness) ? candidate : best;
            }

            _best = best.Point;
        }

        double[] shift = _shift?.Logits ?? new double[best.Logits.SampleLength];
        float[] shifted = [.. best.Logits.Values.Select((v, i) => (float)(v + shift[i % shift.Length]))];
        double[] mean = [.. best.Features.Select((_, d) => candidates.Average(c => (double)c.Features[d]))];
        if (mean.All(double.IsFinite))
        {
            _shift?.Add(mean);
        }

        return new FloatTensor(shifted, best.Logits.Shape);
    }

    private FoaCandidate Try(double[] point, FloatTensor images)
    {
        (FloatTensor logits, LayerStatistics[] seen) = _session.Run(images, _subspace.At(point));
        return FoaCandidate.Rate(point, logits, seen, _reference.Entries, _options.DiscrepancyWeight);
    }

    private double[] Draw() => _search.Point([.. Enumerable.Range(0, _options.Dimension).Select(_ => _generator.NextNormal())]);

    private (CmaEs Search, double[] Best) Begin() =>
        (new CmaEs(_options.Dimension, _options.Population ?? CmaEs.DefaultPopulation(_options.Dimension), 1), new double[_options.Dimension]);
}
