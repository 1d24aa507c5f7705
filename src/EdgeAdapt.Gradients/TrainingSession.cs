using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using Onnx;

namespace EdgeAdapt.Gradients;

/// <summary>
/// Computes loss, gradients and batch statistics of a classifier's normalization layers, on stock ONNX Runtime. Holds no
/// parameters: whoever optimizes passes them in. Not for concurrent calls; dispose it when none is under way.
/// </summary>
public sealed class TrainingSession : IDisposable
{
    private readonly NormalizationModel _model;
    private readonly TrainingLoss _loss;
    private readonly TrainingStatistics _statistics;
    private readonly SessionSettings? _settings;
    private GradientGraph? _graph;
    private ModelSession? _session;
    private string[] _outputs = [];

    /// <summary>
    /// Builds the gradient graph and loads it. A model that leaves its image size open is checked here and built at the first
    /// call of <see cref="Run"/>, for the size of the images given.
    /// </summary>
    /// <param name="model">The classifier to train.</param>
    /// <param name="loss">What a step minimizes.</param>
    /// <param name="statistics">Which statistics the layers use.</param>
    /// <param name="settings">How to run the graph; null for all cores and every optimization.</param>
    /// <exception cref="OnnxModelException">The model cannot be trained; the message names operator, node and remedy.</exception>
    public TrainingSession(NormalizationModel model, TrainingLoss loss, TrainingStatistics statistics, SessionSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (loss == TrainingLoss.Labels)
        {
            throw new ArgumentException("Labels are trained on by LabelTrainingSession.", nameof(loss));
        }

        (_model, _loss, _statistics, _settings) = (model, loss, statistics, settings);
        if (model.Signature is { Channels: > 0, Height: > 0, Width: > 0 } signature)
        {
            Load([signature.Channels, signature.Height, signature.Width]);
        }
        else
        {
            GradientGraphBuilder.Check(model);
        }
    }

    /// <summary>One forward and backward pass. Changes nothing: parameters and running statistics are the caller's to update.</summary>
    /// <param name="images">Preprocessed images <c>[N, C, H, W]</c>, N at least 1; every layer needs at least two values a channel.</param>
    /// <param name="parameters">γ, β, and running mean and variance where a layer has them, one entry a layer in the model's order.</param>
    /// <param name="loss">What the loss needs.</param>
    /// <returns>Losses, logits, gradients and batch statistics. NaN in the images or parameters comes out as NaN; infinite logits do not.</returns>
    /// <exception cref="ArgumentException">Shapes, parameters or loss inputs do not fit.</exception>
    /// <exception cref="OnnxModelException">ONNX Runtime fails, for example on images of a size that the model does not take.</exception>
    public TrainingResult Run(FloatTensor images, IReadOnlyList<LayerParameters> parameters, LossInputs loss)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(loss);
        TrainingInputs.CheckImages(images, _model.Signature);
        if (_graph is null || !_graph.ImageShape.SequenceEqual(images.Shape[1..]))
        {
            Load(images.Shape[1..]);
        }

        FloatTensor[] results = _session!.Run(TrainingInputs.Assemble(_graph!, images, parameters, loss), _outputs);
        float[] losses = results[0].Values;
        int count = parameters.Count;
        LayerGradient[] gradients = new LayerGradient[count];
        LayerStatistics[] statistics = new LayerStatistics[count];
        for ((int i, int at) = (0, 2); i < count; i++)
        {
            int outputs = GradientGraphNames.LayerOutputs(_graph!.Layers[i]).Count;
            Span<FloatTensor> layer = results.AsSpan(at, outputs);
            at += outputs;
            gradients[i] = new LayerGradient(layer[0].Values, layer[1].Values);
            statistics[i] = outputs > 2 ? new LayerStatistics(layer[2].Values, layer[3].Values) : LayerStatistics.None;
        }

        return new TrainingResult(losses[0] + losses[1] + losses[2], losses[0], losses[1], losses[2], results[1], gradients, statistics);
    }

    /// <summary>Ends the profile of a session made with a <see cref="SessionSettings.ProfilePrefix"/>, after at least one <see cref="Run"/>.</summary>
    internal StepProfile EndProfile() => StepProfile.Read(_session!.EndProfile());

    /// <inheritdoc/>
    public void Dispose() => _session?.Dispose();

    private void Load(long[] image)
    {
        GradientGraph graph = GradientGraphBuilder.Build(_model, _loss, _statistics, image);
        var session = new ModelSession(graph.Model, SessionSettings.ForTwin(_settings) with { PlanMemory = false });
        _session?.Dispose();

        // ONNX Runtime has a copy of the weights; keeping the graph's would hold them twice.
        (_graph, _session) = (graph with { Model = new ModelProto() }, session);
        _outputs = [GradientGraphNames.Losses, GradientGraphNames.Logits, .. graph.Layers.SelectMany(GradientGraphNames.LayerOutputs)];
    }
}
