using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// Follows a stream's statistics under a <see cref="StatisticsPolicy"/>: averages over images rather than batches, trusts the average by the images in it, and starts
/// it anew where the stream changes. Forward only; a change costs one more pass over the batch that shows it. Holds no state of the stream, which is the caller's
/// <see cref="StatisticsMemory"/>, so calls from several threads are safe. Dispose it when no call is under way.
/// </summary>
public sealed class StatisticsFollower : IDisposable
{
    private readonly NormalizationModel _model;
    private readonly StatisticsPolicy _policy;
    private readonly StatisticsSession _session;

    /// <summary>Builds the statistics graph of a model and loads it.</summary>
    /// <param name="model">The model; it is not changed.</param>
    /// <param name="policy">How to average, mix and look for changes.</param>
    /// <param name="settings">How ONNX Runtime runs it; null for all cores.</param>
    /// <param name="folder">Where the weights wait between calls; null holds them in memory. See <see cref="StatisticsSession(NormalizationModel, SessionSettings, string)"/>.</param>
    /// <exception cref="ArgumentException">The policy is not usable; the message lists every fault.</exception>
    /// <exception cref="EdgeAdapt.Onnx.OnnxModelException">ONNX Runtime refuses the graph.</exception>
    /// <exception cref="IOException">The folder takes no file.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder takes no file.</exception>
    public StatisticsFollower(NormalizationModel model, StatisticsPolicy policy, SessionSettings? settings = null, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(policy);
        OptionFaults.ThrowIfAny(policy.FindFaults(), nameof(policy));
        _model = model.WithoutWeights();
        _policy = policy;
        _session = new StatisticsSession(model, settings, folder);
    }

    /// <summary>Infers a batch and takes it into the statistics.</summary>
    /// <param name="images"><c>[N, C, H, W]</c>, N at least 1. Those that hold NaN or infinite values are left out; their logits are NaN.</param>
    /// <param name="parameters">One entry a layer: γ and β to apply, and the source μ and σ² to mix with.</param>
    /// <param name="memory">What the last call gave; null for a new stream.</param>
    /// <returns>Logits, what normalised them, and what is known now.</returns>
    /// <exception cref="ArgumentException">No image, or a list that does not match the model's layers.</exception>
    public StatisticsFollowing Next(FloatTensor images, IReadOnlyList<LayerParameters> parameters, StatisticsMemory? memory)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(parameters);
        int count = new UsableImages(images).Rows.Count;
        StatisticsResult result = Run(images, count, parameters, memory);
        if (result.Batch is not { } batch)
        {
            return new StatisticsFollowing(result.Logits, memory, result.Mixed, 0, false);
        }

        if (_policy.Change is not { } options)
        {
            return new StatisticsFollowing(result.Logits, new StatisticsMemory(result.Moving!, Images(memory, count), batch, count, [], 0), result.Mixed, 0, false);
        }

        if (memory is null)
        {
            var first = new StatisticsMemory(result.Moving!, count, batch, count, new float[_model.Layers.Count], 0);
            return new StatisticsFollowing(result.Logits, first, result.Mixed, 0, false);
        }

        float recentImages = Math.Max(Math.Min(memory.RecentImages + count, options.Window), count);
        IReadOnlyList<LayerStatistics> recent = Average(memory.Recent, batch, count / recentImages);
        double[] seen = ChangeDetector.Compare(memory, recent, recentImages);
        double excess = ChangeDetector.Excess(memory, seen, options);
        if (excess > options.Threshold && memory.Images >= options.Window && 2 * recentImages >= options.Window)
        {
            return Restart(images, count, parameters, memory, options, excess);
        }

        (float[] noise, float weight) = ChangeDetector.Learn(memory, seen, Math.Min((float)count / options.Window, 1), options);
        var next = new StatisticsMemory(result.Moving!, Images(memory, count), recent, recentImages, noise, weight);
        return new StatisticsFollowing(result.Logits, next, result.Mixed, excess, false);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    /// <summary>A large batch is the new average by itself; a small one joins the newest images before it, which showed the change with it.</summary>
    private StatisticsFollowing Restart(
        FloatTensor images, int count, IReadOnlyList<LayerParameters> parameters, StatisticsMemory memory, ChangeDetection options, double excess)
    {
        StatisticsMemory? start = count >= options.Window ? null : memory with { Average = memory.Recent, Images = memory.RecentImages };
        StatisticsResult result = Run(images, count, parameters, start);
        if (result.Batch is not { } batch)
        {
            return new StatisticsFollowing(result.Logits, memory, result.Mixed, excess, false);
        }

        float total = Images(start, count);
        var next = new StatisticsMemory(
            result.Moving!, total, start is null ? batch : result.Moving!, Math.Max(Math.Min(total, options.Window), count), memory.Noise, memory.NoiseWeight);
        return new StatisticsFollowing(result.Logits, next, result.Mixed, excess, true);
    }

    private StatisticsResult Run(FloatTensor images, int count, IReadOnlyList<LayerParameters> parameters, StatisticsMemory? memory)
    {
        // Without a usable image nothing is averaged, whatever the policy says.
        StatisticsPolicy policy = _policy.MemoryImages == 0 || count == 0 ? _policy : _policy with
        {
            Momentum = count / Images(memory, count),
            BatchSamples = Math.Min(_policy.BatchSamples, Images(memory, count)),
        };
        return _session.Run(images, parameters, memory?.Average, policy, _policy.Momentum);
    }

    /// <summary>Images that the average stands for once a batch is in it; never fewer than the batch.</summary>
    private float Images(StatisticsMemory? memory, int count) =>
        Math.Max(Math.Min((memory?.Images ?? 0) + count, _policy.MemoryImages == 0 ? float.MaxValue : _policy.MemoryImages), count);

    private static LayerStatistics[] Average(IReadOnlyList<LayerStatistics> from, IReadOnlyList<LayerStatistics> to, float share) =>
        [.. from.Zip(to, (a, b) => new LayerStatistics(Average(a.Mean, b.Mean, share), Average(a.Variance, b.Variance, share)))];

    private static float[] Average(float[] from, float[] to, float share) => [.. from.Zip(to, (a, b) => a + (share * (b - a)))];
}
