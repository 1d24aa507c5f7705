using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Normalization;
using Onnx;

namespace EdgeAdapt.Onnx.Prepared;

/// <summary>
/// A model whose BatchNormalization layers are taken into the convolutions in front of them, and which of its tensors depend on the layers'
/// parameters. Layers behind something else stay as they are, or become convolutions of one weight a channel.
/// </summary>
internal sealed class FoldedGraph
{
    /// <summary>
    /// The number in front of that of the first slot. Far from any number that a model holds as a constant (0, 1, 6, 255, ε), and float32 holds every
    /// integer from here to <see cref="LastSlot"/>.
    /// </summary>
    public const int SlotBase = 9_000_000;

    /// <summary>The highest number that a slot can have.</summary>
    public const int LastSlot = 1 << 24;

    private readonly ModelProto _frame;

    private FoldedGraph(ModelProto frame, IReadOnlyList<FoldedTensor> tensors)
    {
        _frame = frame;
        Tensors = tensors;
    }

    /// <summary>The tensors that depend on the layers' parameters.</summary>
    public IReadOnlyList<FoldedTensor> Tensors { get; }

    /// <summary>Number of slots.</summary>
    public int Slots => Tensors[^1].FirstSlot + Tensors[^1].Slots;

    /// <summary>Folds a float model; null where it has more parameters than there are slots.</summary>
    /// <param name="model">The model.</param>
    /// <param name="convolve">
    /// Whether BatchNormalization that follows no convolution becomes one. ONNX Runtime does that to layers between convolutions, as in DenseNet, and computes the
    /// weights from the parameters; here they are folded into weights of ones instead. It does not do so to vectors <c>[N, C]</c>, which no convolution takes.
    /// </param>
    public static FoldedGraph? Of(NormalizationModel model, bool convolve)
    {
        var index = new GraphIndex(model.Model.Graph);
        ModelProto frame = model.Model.Proto.Clone();
        var tensors = new List<FoldedTensor>();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var layersGone = new HashSet<NodeProto>();
        int slot = 0;
        for (int i = 0; i < model.Layers.Count; i++)
        {
            NormalizationLayer layer = model.Layers[i];
            taken.UnionWith(layer.TensorNames);
            if (FindConvolution(index, layer) is var (convolution, batchNormalization))
            {
                Fold(frame.Graph.Node[convolution], frame.Graph.Node[batchNormalization], index, i);
                layersGone.Add(frame.Graph.Node[batchNormalization]);
            }
            else if (convolve && layer.Kind == NormalizationKind.Batch && FindNode(index, layer) is { } alone)
            {
                Convolve(frame.Graph.Node[alone], i);
            }
            else
            {
                for (int j = 0; j < layer.TensorNames.Count; j++)
                {
                    Add(new FoldedTensor(layer.TensorNames[j], [.. index.Tensor(layer.TensorNames[j])!.Dims], i, FoldedRole.Parameter, slot, model.Source[i][j].Length) { Parameter = j });
                }
            }
        }

        foreach (NodeProto node in layersGone)
        {
            frame.Graph.Node.Remove(node);
        }

        HashSet<string> read = [.. frame.Graph.Node.SelectMany(n => n.Input)];
        TensorProto[] kept = [.. frame.Graph.Initializer.Where(t => !taken.Contains(t.Name) && read.Contains(t.Name))];
        frame.Graph.Initializer.Clear();
        frame.Graph.Initializer.AddRange(kept);
        return SlotBase + slot <= LastSlot ? new FoldedGraph(frame, tensors) : null;

        void Fold(NodeProto convolution, NodeProto batchNormalization, GraphIndex graph, int layer)
        {
            TensorProto weight = graph.Tensor(convolution.Input[1])!;
            float[] bias = convolution.Input.Count > 2 && convolution.Input[2].Length > 0 ? graph.Tensor(convolution.Input[2])!.ToFloats() : [];
            int channels = model.Layers[layer].Channels;
            string name = model.Layers[layer].ScaleName;
            Add(new FoldedTensor(name + ":folded weight", [.. weight.Dims], layer, FoldedRole.Weight, slot, channels) { Weight = weight });
            Add(new FoldedTensor(name + ":folded bias", [channels], layer, FoldedRole.Bias, slot, channels) { Source = bias });
            string[] inputs = [convolution.Input[0], tensors[^2].Name, tensors[^1].Name];
            convolution.Input.Clear();
            convolution.Input.AddRange(inputs);
            convolution.Output[0] = batchNormalization.Output[0];
        }

        void Convolve(NodeProto node, int layer)
        {
            int channels = model.Layers[layer].Channels;
            string name = model.Layers[layer].ScaleName;
            float[] ones = new float[channels];
            Array.Fill(ones, 1);
            Add(new FoldedTensor(name + ":folded weight", [channels, 1, 1, 1], layer, FoldedRole.Weight, slot, channels) { Weight = TensorContents.Floats(name, ones, channels, 1, 1, 1) });
            Add(new FoldedTensor(name + ":folded bias", [channels], layer, FoldedRole.Bias, slot, channels));
            string[] inputs = [node.Input[0], tensors[^2].Name, tensors[^1].Name];
            node.OpType = "Conv";
            node.Input.Clear();
            node.Input.AddRange(inputs);
            node.Attribute.Clear();
            node.Attribute.Add(new AttributeProto { Name = "group", Type = AttributeProto.Types.AttributeType.Int, I = channels });
            while (node.Output.Count > 1)
            {
                node.Output.RemoveAt(node.Output.Count - 1);
            }
        }

        void Add(FoldedTensor tensor)
        {
            tensors.Add(tensor);
            slot += tensor.Slots;
        }
    }

    /// <summary>The model with a number of its own for each slot in the tensors that depend on parameters.</summary>
    public ModelProto Numbered() => Fill(t => TensorContents.Floats(t.Name, Numbers(t), [.. t.Shape]));

    /// <summary>The model with the convolutions' own weights; biases and parameters are numbered.</summary>
    public ModelProto Weighted() => Fill(t => t.Weight is null ? TensorContents.Floats(t.Name, Numbers(t), [.. t.Shape]) : Named(t.Weight, t));

    private ModelProto Fill(Func<FoldedTensor, TensorProto> contents)
    {
        ModelProto filled = _frame.Clone();
        filled.Graph.Initializer.AddRange(Tensors.Select(contents));
        return filled;
    }

    /// <summary>The number of each element's slot.</summary>
    private static float[] Numbers(FoldedTensor tensor)
    {
        float[] numbers = new float[tensor.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = SlotBase + 1 + tensor.FirstSlot + (i / tensor.PerSlot);
        }

        return numbers;
    }

    /// <summary>A weight under its name in this graph. The bytes of one stored as bytes are shared, since they are most of a model.</summary>
    private static TensorProto Named(TensorProto weight, FoldedTensor tensor)
    {
        if (weight.DataType != (int)TensorProto.Types.DataType.Float || weight.RawData.IsEmpty)
        {
            return TensorContents.Floats(tensor.Name, weight.ToFloats(), [.. tensor.Shape]);
        }

        TensorProto named = weight.Clone();
        named.Name = tensor.Name;
        return named;
    }

    /// <summary>The node of a BatchNormalization layer.</summary>
    private static int? FindNode(GraphIndex index, NormalizationLayer layer) =>
        index.Readers(layer.ScaleName) is { Count: 1 } readers && readers.First() is >= 0 and var at && index.Graph.Node[at].OpType == "BatchNormalization" ? at : null;

    private static (int Convolution, int BatchNormalization)? FindConvolution(GraphIndex index, NormalizationLayer layer)
    {
        if (layer.Kind != NormalizationKind.Batch || FindNode(index, layer) is not { } at)
        {
            return null;
        }

        string input = index.Graph.Node[at].Input[0];
        return index.Producer(input, "Conv") is { } convolution && index.Readers(input).Count == 1
            && index.Graph.Node[convolution] is var node && index.Tensor(node.Input[1]) is not null && (node.Input.Count < 3 || node.Input[2].Length == 0 || index.Tensor(node.Input[2]) is not null)
            ? (convolution, at) : null;
    }
}
