using EdgeAdapt.Gradients.Adjoints;
using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Gradients.Normalization;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using Onnx;

namespace EdgeAdapt.Gradients;

/// <summary>
/// Turns a classifier into a graph that trains its normalization parameters: forward pass, loss and backward pass as
/// ordinary ONNX operators. Nothing is differentiated below the first
/// trained parameter.
/// </summary>
public static class GradientGraphBuilder
{
    /// <summary>Refuses a model that training cannot pass through; runs nothing.</summary>
    /// <exception cref="OnnxModelException">Names operator, node and remedy.</exception>
    public static void Check(NormalizationModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        foreach ((NodeProto node, string reason) in GradientCoverage.FindObstacles(OpsetUpgrade.Apply(model.Model), model.Layers))
        {
            throw Refusal.Of(node, reason);
        }
    }

    /// <summary>Builds the graph.</summary>
    /// <param name="model">The classifier to train.</param>
    /// <param name="loss">What a step minimizes.</param>
    /// <param name="statistics">Which statistics the layers use.</param>
    /// <param name="imageShape">C, H, W of the images; null for the model's own. The batch size stays open.</param>
    /// <param name="weights">Names of the weights that become inputs, with a gradient each (<see cref="Weights.TrainableWeights"/>); null for none.</param>
    /// <exception cref="OnnxModelException">An operator is not supported, or the model leaves its image size open and none is given.</exception>
    public static GradientGraph Build(
        NormalizationModel model, TrainingLoss loss, TrainingStatistics statistics, IReadOnlyList<long>? imageShape = null,
        IReadOnlyList<string>? weights = null)
    {
        Check(model);
        ClassifierSignature signature = model.Signature;
        long[] image = imageShape is null ? [signature.Channels, signature.Height, signature.Width] : [.. imageShape];
        if (image.Any(d => d <= 0))
        {
            throw new OnnxModelException(
                $"'{model.Model.Name}' leaves its image size open ([{string.Join(", ", image)}]). Give the size of the images, or export the model with a fixed one.");
        }

        OnnxModel upgraded = PoolingOrder.Apply(OpsetUpgrade.Apply(model.Model));
        var constants = new GraphConstants(upgraded.Graph);
        Dictionary<string, ValueShape> shapes = ShapeProbe.Run(upgraded, signature, image, constants);
        ValueShape logits = shapes[signature.OutputName];
        if (logits.Rank != 2 || logits[1] < 0)
        {
            throw new OnnxModelException($"The output '{signature.OutputName}' of '{model.Model.Name}' has the shape {logits}. Export the model with logits [N, classes] as its first output.");
        }

        Dictionary<int, NormalizationLayer> layers = model.Layers.ToDictionary(l => l.Node);
        upgraded = LayerCollapse.Apply(upgraded, model.Layers);
        var region = new GradientRegion(upgraded.Graph, signature.OutputName, layers.ContainsKey, weights);
        var emission = new GraphEmission(upgraded, constants, shapes, region, layers, statistics, weights ?? []);
        ModelProto proto = emission.Emit(signature, image, loss, (int)logits[1]);
        long[] positions = [.. model.Layers.Select(l => l.HasStatistics && shapes[upgraded.Graph.Node[l.Node].Input[0]] is var s ? s.Product(Enumerable.Range(2, s.Rank - 2))!.Value : 0)];
        return new GradientGraph(proto, loss, statistics, signature.InputName, image, model.Layers, positions, (int)logits[1]);
    }
}
