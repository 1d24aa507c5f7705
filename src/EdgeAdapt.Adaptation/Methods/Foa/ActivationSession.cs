using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using Onnx;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// Runs a model under given parameters and measures what its layers see: mean and variance of each normalization layer's input, and of the features that the final linear
/// layer reads (of the logits where there is none). BatchNormalization is under a prior as in <see cref="SourcePriorAdaptation"/>. Holds no state of the stream.
/// </summary>
internal sealed class ActivationSession : IDisposable
{
    private readonly NormalizationModel _model;
    private readonly float _priorSamples;
    private readonly ModelSession _session;
    private readonly string[] _outputs;
    private readonly int[] _measured;

    public ActivationSession(NormalizationModel model, float priorSamples, SessionSettings? settings)
    {
        (_model, _priorSamples) = (model, priorSamples);
        Head = ClassifierHead.Find(model.Model, model.Signature.OutputName);
        _measured = [.. Enumerable.Range(0, model.Layers.Count).Where(i => ActivationOutputs.Layout(model.Layers[i]) is not null)];
        _session = new ModelSession(Build(), SessionSettings.ForTwin(settings));
        _outputs =
        [
            model.Signature.OutputName,
            .. _measured.Select(i => model.Layers[i].HasStatistics ? StatisticsGraph.StatisticsOutput(i) : ActivationOutputs.Name(i)),
            ActivationOutputs.Name(model.Layers.Count),
        ];
    }

    /// <summary>The final linear layer; null where the model has none.</summary>
    public ClassifierHead? Head { get; }

    /// <summary>Logits <c>[N, K]</c>, and one entry a layer and one for the features; none for a layer that is not measured.</summary>
    /// <param name="images"><c>[N, C, H, W]</c>, N at least 1, all finite.</param>
    /// <param name="parameters">One entry a layer.</param>
    public (FloatTensor Logits, LayerStatistics[] Seen) Run(FloatTensor images, IReadOnlyList<LayerParameters> parameters)
    {
        StatisticsPolicy policy = StatisticsPolicy.Batch with { PriorSamples = _priorSamples, BatchSamples = images.Count };
        FloatTensor[] results = _session.Run(StatisticsInputs.Of(_model, images, parameters, null, policy, 1), _outputs);
        var seen = new LayerStatistics[_model.Layers.Count + 1];
        Array.Fill(seen, LayerStatistics.None);
        for (int i = 0; i < _measured.Length; i++)
        {
            // Of a layer with running statistics the graph gives six rows; the batch's own are the last two.
            FloatTensor rows = results[i + 1];
            seen[_measured[i]] = new LayerStatistics(rows.Sample(rows.Count - 2).ToArray(), rows.Sample(rows.Count - 1).ToArray());
        }

        seen[^1] = new LayerStatistics(results[^1].Sample(0).ToArray(), results[^1].Sample(1).ToArray());
        return (results[0], seen);
    }

    public void Dispose() => _session.Dispose();

    private ModelProto Build()
    {
        ModelProto proto = StatisticsGraph.Build(_model);
        var writer = new GraphWriter(proto.Graph, "activation");
        foreach (int i in _measured.Where(i => !_model.Layers[i].HasStatistics))
        {
            NormalizationLayer layer = _model.Layers[i];
            ActivationOutputs.Add(writer, layer.Form!.Input, ActivationOutputs.Layout(layer)!, ActivationOutputs.Name(i), _model.Model.OpsetVersion);
        }

        string features = Head?.Features ?? _model.Signature.OutputName;
        ActivationOutputs.Add(writer, features, [-1, Head?.Length ?? _model.Signature.Classes], ActivationOutputs.Name(_model.Layers.Count), _model.Model.OpsetVersion);
        return proto;
    }
}
