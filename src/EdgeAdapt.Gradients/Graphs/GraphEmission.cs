using EdgeAdapt.Gradients.Adjoints;
using EdgeAdapt.Gradients.Losses;
using EdgeAdapt.Gradients.Normalization;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Normalization;
using Onnx;

namespace EdgeAdapt.Gradients.Graphs;

/// <summary>Writes the forward pass of a model with its layers in training form, then the loss, then the backward pass.</summary>
internal sealed class GraphEmission(
    OnnxModel model, IReadOnlyDictionary<string, ValueShape> shapes, GradientRegion region,
    IReadOnlyDictionary<int, NormalizationLayer> layers, TrainingStatistics statistics)
{
    private readonly Dictionary<int, TrainedLayer> _trained = [];

    public ModelProto Emit(ClassifierSignature signature, long[] image, TrainingLoss loss, int classes)
    {
        ModelProto proto = model.Proto.Clone();
        proto.Graph = new GraphProto { Name = "gradients" };
        proto.IrVersion = Math.Max(proto.IrVersion, 8);
        var writer = new GraphWriter(proto.Graph);
        writer.Input(signature.InputName, [-1, .. image]);
        EmitForward(writer);

        var lossGraph = new LossGraph(writer);
        string gradient = loss == TrainingLoss.Entropy
            ? lossGraph.EmitEntropy(signature.OutputName)
            : lossGraph.EmitDistillation(signature.OutputName, classes);
        writer.Output(signature.OutputName, GradientGraphNames.Logits);

        var pass = new BackwardPass(writer, new GraphConstants(model.Graph), shapes, model.OpsetVersion, region.IsActive);
        pass.Accumulate(signature.OutputName, gradient);
        EmitBackward(pass);
        AddInitializers(proto.Graph);
        return proto;
    }

    private void EmitForward(GraphWriter writer)
    {
        HashSet<NodeProto> differentiated = [.. region.Differentiated];
        foreach (int i in region.Kept)
        {
            NodeProto node = model.Graph.Node[i];
            if (layers.TryGetValue(i, out NormalizationLayer? layer))
            {
                _trained[i] = new TrainedLayer(writer, layer, node.Input[0], node.Output[0], shapes[node.Input[0]].Rank, statistics);
                continue;
            }

            NodeProto copy = node.Clone();
            if (differentiated.Contains(node))
            {
                AdjointRegistry.Find(node)!.PrepareForward(copy);
            }

            writer.Graph.Node.Add(copy);
        }
    }

    private void EmitBackward(BackwardPass pass)
    {
        foreach (int i in region.Kept.Reverse())
        {
            if (!_trained.TryGetValue(i, out TrainedLayer? layer))
            {
                pass.Differentiate(model.Graph.Node[i]);
            }
            else if (layer.EmitBackward(pass.Gradient(layer.Output), region.IsActive(layer.Input)) is { } gradient)
            {
                pass.Accumulate(layer.Input, gradient);
            }
        }
    }

    private void AddInitializers(GraphProto graph)
    {
        HashSet<string> inputs = graph.Input.Select(i => i.Name).ToHashSet(StringComparer.Ordinal);
        HashSet<string> used = graph.Node.SelectMany(n => n.Input).ToHashSet(StringComparer.Ordinal);
        graph.Initializer.AddRange(model.Graph.Initializer.Where(t => used.Contains(t.Name) && !inputs.Contains(t.Name)));
    }
}
