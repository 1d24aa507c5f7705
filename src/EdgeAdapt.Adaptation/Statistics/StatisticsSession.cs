using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Prepared;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// Runs a classifier forward under a <see cref="StatisticsPolicy"/>: one pass re-estimates every layer's statistics from the
/// batch, mixes them with the source's and normalises by the mixture. No gradient, no training. The session holds no state,
/// so calls from several threads are safe; the caller keeps the moving average. Dispose it when no call is under way.
/// </summary>
public sealed class StatisticsSession : IDisposable
{
    private readonly NormalizationModel _model;
    private readonly ModelSession? _session;
    private readonly StoredModel? _stored;
    private readonly int[] _measured;
    private readonly string[] _outputs;

    /// <summary>Builds the statistics graph of a model and loads it.</summary>
    /// <param name="model">The model; it is not changed.</param>
    /// <param name="settings">How ONNX Runtime runs it; null for all cores.</param>
    /// <param name="folder">
    /// Where the weights wait between runs, so that they and the memory of a run are held only while one is under way, which then takes a few milliseconds more; null holds them.
    /// </param>
    /// <exception cref="EdgeAdapt.Onnx.OnnxModelException">ONNX Runtime refuses the graph.</exception>
    /// <exception cref="IOException">The folder takes no file.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder takes no file.</exception>
    public StatisticsSession(NormalizationModel model, SessionSettings? settings = null, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model.WithoutWeights();
        settings = SessionSettings.ForTwin(settings);
        _stored = folder is null ? null : StoredModel.Create(() => StatisticsGraph.Build(model), settings, folder);
        _session = folder is null ? new ModelSession(StatisticsGraph.Build(model), settings) : null;
        _measured = [.. Enumerable.Range(0, model.Layers.Count).Where(i => model.Layers[i].HasStatistics)];
        _outputs = [model.Signature.OutputName, .. _measured.Select(StatisticsGraph.StatisticsOutput)];
    }

    /// <summary>Infers a batch and re-estimates the statistics from it.</summary>
    /// <param name="images">
    /// <c>[N, C, H, W]</c>, N at least 1. Images that hold NaN or infinite values are left out, so that they cannot spoil the
    /// statistics of the others; their logits are NaN.
    /// </param>
    /// <param name="parameters">One entry a layer: γ and β to apply, and the source μ and σ² to mix with.</param>
    /// <param name="moving">The moving average so far, one entry a layer; null lets this batch start it.</param>
    /// <param name="policy">How to average and mix.</param>
    /// <returns>Logits and statistics in arrays of their own.</returns>
    /// <exception cref="ArgumentException">The policy is not usable, or a list does not match the model's layers.</exception>
    public StatisticsResult Run(
        FloatTensor images, IReadOnlyList<LayerParameters> parameters, IReadOnlyList<LayerStatistics>? moving, StatisticsPolicy policy) =>
        Run(images, parameters, moving, policy, 1);

    /// <summary>As above, with a bound on the batch's share in the average that normalises it; a first batch has no other.</summary>
    internal StatisticsResult Run(
        FloatTensor images, IReadOnlyList<LayerParameters> parameters, IReadOnlyList<LayerStatistics>? moving, StatisticsPolicy policy, float largestOwnShare)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(policy);
        OptionFaults.ThrowIfAny(policy.FindFaults(), nameof(policy));
        RequireLayers(parameters.Count, nameof(parameters));
        RequireLayers(moving?.Count ?? _model.Layers.Count, nameof(moving));
        if (images.Count == 0)
        {
            throw new ArgumentException("A batch needs at least one image.", nameof(images));
        }

        var usable = new UsableImages(images);
        if (usable.Rows.Count == 0)
        {
            return Unusable(images.Count, _model.Signature.Classes, parameters, moving);
        }

        FloatTensor[] results = Run(StatisticsInputs.Of(_model, usable.Images, parameters, moving, policy, largestOwnShare));
        LayerStatistics[] next = Statistics(results, 0);

        // Finite pixels of absurd size overflow inside the network; such a batch must not enter the average either.
        return next.All(s => FiniteValues.AreAll(s.Mean) && FiniteValues.AreAll(s.Variance))
            ? new StatisticsResult(usable.Spread(results[0]), next, Statistics(results, 2), Statistics(results, 4))
            : Unusable(images.Count, results[0].SampleLength, parameters, moving);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session?.Dispose();
        _stored?.Dispose();
    }

    private FloatTensor[] Run(Dictionary<string, FloatTensor> inputs)
    {
        using ModelSession? opened = _stored?.Open();
        return (opened ?? _session!).Run(inputs, _outputs);
    }

    private static StatisticsResult Unusable(
        int count, int classes, IReadOnlyList<LayerParameters> parameters, IReadOnlyList<LayerStatistics>? moving) =>
        new(UsableImages.Broken(count, classes), moving, [.. parameters.Select(p => new LayerStatistics(p.Mean, p.Variance))], null);

    private LayerStatistics[] Statistics(FloatTensor[] results, int first)
    {
        var statistics = new LayerStatistics[_model.Layers.Count];
        Array.Fill(statistics, LayerStatistics.None);
        for (int i = 0; i < _measured.Length; i++)
        {
            statistics[_measured[i]] = new LayerStatistics(results[i + 1].Sample(first).ToArray(), results[i + 1].Sample(first + 1).ToArray());
        }

        return statistics;
    }

    private void RequireLayers(int count, string parameter)
    {
        if (count != _model.Layers.Count)
        {
            throw new ArgumentException($"There are {count} entries and the model has {_model.Layers.Count} normalization layers.", parameter);
        }
    }
}
