using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using Onnx;

namespace EdgeAdapt.Gradients.Normalization;

/// <summary>
/// Joins the nodes of each decomposed layer to one: its last node reads the layer's input and parameters directly, whereby the
/// others lie beside every path to the logits. Nodes keep their number and places. The result tells who depends on whom; it is not for running.
/// </summary>
internal static class LayerCollapse
{
    public const string Operator = "edgeadapt.Normalization";

    public static OnnxModel Apply(OnnxModel model, IReadOnlyList<NormalizationLayer> layers) => layers.All(l => l.Form is null) ? model : model.Edit(proto =>
    {
        foreach (NormalizationLayer layer in layers.Where(l => l.Form is not null))
        {
            NodeProto node = proto.Graph.Node[layer.Node];
            proto.Graph.Node[layer.Node] = new NodeProto
            {
                OpType = Operator,
                Name = node.Name,
                Input = { layer.Form!.Input, layer.ScaleName, layer.BiasName },
                Output = { node.Output[0] },
            };
        }
    });
}
