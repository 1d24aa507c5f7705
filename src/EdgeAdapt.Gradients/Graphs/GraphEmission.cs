using EdgeAdapt.Gradients.Adjoints;
using EdgeAdapt.Gradients.Losses;
using EdgeAdapt.Gradients.Normalization;
using EdgeAdapt.Gradients.Weights;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Normalization;
using Onnx;

namespace EdgeAdapt.Gradients.Graphs;

/// <summary>Writes the forward pass of a model with its layers in training form, then the loss, then the backward pass.</summary>
internal sealed class GraphEmission(
    OnnxModel model, GraphConstants constants, IReadOnlyDictionary<string, ValueShape> shapes, GradientRegion region,
    IReadOnlyDictionary<int, NormalizationLayer> layers, TrainingStatistics statistics, IReadOnlyList<string> weights)
{
    private readonly Dictionary<int, ITrainedLayer> _trained = [];
    private readonly HashSet<int> _absorbed = [];

    public ModelProto Emit(ClassifierSignature signature, long[] image, TrainingLoss loss, int classes)
    {
        ModelProto proto = model.Proto.Clone();
        proto.Graph = new GraphProto { Name = "gradients" };
        proto.IrVersion = Math.Max(proto.IrVersion, 8);
        var writer = new GraphWriter(proto.Graph);
        writer.Input(signature.InputName, [-1, .. image]);

        // A named dimension is known to be the same everywhere, without which ONNX Runtime cannot join sums to convolutions.
        proto.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimParam = "N";
        foreach (string weight in weights)
        {
            writer.Input(weight, shapes[weight].Dimensions);
        }

        EmitForward(writer);
        string gradient = loss switch
        {
            TrainingLoss.Entropy => new LossGraph(writer).EmitEntropy(signature.OutputName),
            TrainingLoss.Distillation => new LossGraph(writer).EmitDistillation(signature.OutputName, classes),
            _ => LabelLossGraph.Emit(writer, signature.OutputName, classes),
        };
        writer.Output(signature.OutputName, GradientGraphNames.Logits);

        var pass = new BackwardPass(writer, constants, shapes, model.OpsetVersion, region.IsActive);
        pass.Accumulate(signature.OutputName, gradient);
        EmitBackward(pass);
        foreach (string weight in weights)
        {
            writer.Output(pass.Gradient(weight) ?? writer.ZerosLike(weight), WeightGradientNames.Gradient(weight));
        }

        AddInitializers(proto.Graph);
        return proto;
    }

    private void EmitForward(GraphWriter writer)
    {
        HashSet<NodeProto> differentiated = [.. region.Differentiated];
        var readers = new ValueReaders(model.Graph);
        foreach (int i in region.Kept)
        {
            NodeProto node = model.Graph.Node[i];
            if (layers.TryGetValue(i, out NormalizationLayer? layer))
            {
                EmitLayer(writer, i, layer, readers);
            }
            else if (!_absorbed.Contains(i))
            {
                NodeProto copy = node.Clone();
                if (differentiated.Contains(node))
                {
                    AdjointRegistry.Find(node)!.PrepareForward(copy);
                }

                writer.Graph.Node.Add(copy);
            }
        }
    }

    private void EmitLayer(GraphWriter writer, int index, NormalizationLayer layer, ValueReaders readers)
    {
        NodeProto node = model.Graph.Node[index];
        if (!layer.HasStatistics)
        {
            _trained[index] = new TrainedSampleLayer(writer, layer, shapes[layer.Form!.Input], node.Output[0]);
            return;
        }

        bool pooled = !region.IsActive(node.Input[0]) && readers.SoleReader(node.Output[0]) is { } reader
            && PoolingOrder.IsPlainMaxPool(model.Graph.Node[reader]) && region.IsActive(model.Graph.Node[reader].Output[0]);
        var trained = new TrainedLayer(writer, layer, node.Input[0], shapes[node.Input[0]], statistics, pooled);
        if (pooled)
        {
            int pool = readers.SoleReader(node.Output[0])!.Value;
            trained.EmitPooledValue(model.Graph.Node[pool], shapes[model.Graph.Node[pool].Output[0]]);
            _absorbed.Add(pool);
        }
        else
        {
            trained.EmitValue(node.Output[0]);
        }

        _trained[index] = trained;
    }

    private void EmitBackward(BackwardPass pass)
    {
        foreach (int i in region.Kept.Reverse())
        {
            if (_absorbed.Contains(i))
            {
                continue;
            }

            if (!_trained.TryGetValue(i, out ITrainedLayer? layer))
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
