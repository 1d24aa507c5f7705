using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using Onnx;

namespace EdgeAdapt.Gradients.Weights;

/// <summary>
/// Computes cross entropy with labels and its gradients for normalization parameters and weights, on stock ONNX Runtime.
/// Normalization uses the statistics of the batch. Holds no parameters: whoever optimizes passes them in. Not for concurrent
/// calls; dispose it when none is under way.
/// </summary>
public sealed class LabelTrainingSession : IDisposable
{
    private readonly NormalizationModel _model;
    private readonly GradientGraph _graph;
    private readonly ModelSession _session;
    private readonly string[] _outputs;

    /// <summary>Builds the graph and loads it.</summary>
    /// <param name="model">The classifier to train; its image size is fixed.</param>
    /// <param name="weights">Names of the weights whose gradients are wanted, out of <see cref="TrainableWeights.Find"/>; may be empty.</param>
    /// <param name="settings">How to run the graph; null for all cores and every optimization.</param>
    /// <exception cref="OnnxModelException">The model cannot be trained; the message names operator, node and remedy.</exception>
    public LabelTrainingSession(NormalizationModel model, IReadOnlyList<string> weights, SessionSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(weights);
        HashSet<string> trainable = TrainableWeights.Find(model).Select(w => w.Name).ToHashSet(StringComparer.Ordinal);
        if (weights.FirstOrDefault(w => !trainable.Contains(w)) is { } unknown)
        {
            throw new ArgumentException($"'{unknown}' is not a trainable weight of '{model.Model.Name}'; it has {string.Join(", ", trainable)}.", nameof(weights));
        }

        GradientGraph graph = GradientGraphBuilder.Build(model, TrainingLoss.Labels, TrainingStatistics.Batch, weights: weights);
        Weights = [.. weights];
        _model = model;
        _session = new ModelSession(graph.Model, (settings ?? SessionSettings.Default) with { PlanMemory = false });
        _graph = graph with { Model = new ModelProto() };
        _outputs =
        [
            WeightGradientNames.Loss, GradientGraphNames.Logits, .. graph.Layers.SelectMany(GradientGraphNames.LayerOutputs),
            .. weights.Select(WeightGradientNames.Gradient),
        ];
    }

    /// <summary>The weights whose gradients a run yields.</summary>
    public IReadOnlyList<string> Weights { get; }

    /// <summary>K, the number of classes.</summary>
    public int Classes => _graph.Classes;

    /// <summary>Values behind a channel's statistics for each image of a batch, one entry a layer.</summary>
    public IReadOnlyList<long> LayerPositions => _graph.LayerPositions;

    /// <summary>One forward and backward pass. Changes nothing.</summary>
    /// <param name="images">Preprocessed images <c>[N, C, H, W]</c>; every layer needs at least two values a channel.</param>
    /// <param name="labels">The class of each image, from 0 and below K.</param>
    /// <param name="parameters">γ, β, running mean and variance, one entry a layer; the running ones are not used.</param>
    /// <param name="weights">The values of <see cref="Weights"/>, in their order and shapes.</param>
    /// <exception cref="ArgumentException">Shapes, labels or parameters do not fit.</exception>
    /// <exception cref="OnnxModelException">ONNX Runtime fails.</exception>
    public LabelTrainingResult Run(
        FloatTensor images, ReadOnlySpan<int> labels, IReadOnlyList<LayerParameters> parameters, IReadOnlyList<FloatTensor> weights)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(weights);
        TrainingInputs.CheckImages(images, _model.Signature);
        TrainingInputs.CheckLayers(_graph, images.Count, parameters);
        if (weights.Count != Weights.Count)
        {
            throw new ArgumentException($"{weights.Count} weights are given and {Weights.Count} are trained.", nameof(weights));
        }

        var inputs = new Dictionary<string, FloatTensor>(StringComparer.Ordinal)
        {
            [_graph.InputName] = images,
            [WeightGradientNames.Labels] = OneHot(labels, images.Count),
        };
        TrainingInputs.AddLayers(inputs, _graph, parameters);
        for (int i = 0; i < weights.Count; i++)
        {
            inputs[Weights[i]] = weights[i];
        }

        return Unpack(_session.Run(inputs, _outputs));
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private FloatTensor OneHot(ReadOnlySpan<int> labels, int count)
    {
        if (labels.Length != count)
        {
            throw new ArgumentException($"{labels.Length} labels are given for {count} images.", nameof(labels));
        }

        float[] values = new float[count * Classes];
        for (int i = 0; i < count; i++)
        {
            if (labels[i] < 0 || labels[i] >= Classes)
            {
                throw new ArgumentException($"Image {i} has the label {labels[i]}; the model's {Classes} classes are 0 to {Classes - 1}.", nameof(labels));
            }

            values[(i * Classes) + labels[i]] = 1;
        }

        return new FloatTensor(values, count, Classes);
    }

    private LabelTrainingResult Unpack(FloatTensor[] results)
    {
        (LayerGradient[] gradients, LayerStatistics[] statistics) = LayerResults.Read(_graph.Layers, results.AsSpan(2));
        return new LabelTrainingResult(results[0].Values[0], results[1], gradients, statistics, results[^Weights.Count..]);
    }
}
