using EdgeAdapt.Onnx.Graphs;
using EdgeAdapt.Onnx.Normalization;
using Onnx;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// Writes the forward-only graph of a <see cref="StatisticsSession"/>: each BatchNormalization becomes the moments of its
/// input, their moving average, the mixture with the source and the normalization by it, in one pass through the model. Layers
/// without running statistics stay as they are; their scale and bias become inputs under their own names.
/// </summary>
internal static class StatisticsGraph
{
    public const string PolicyInput = "statistics:policy";
    private const float DistanceFloor = 1e-12f;
    private const int FirstOpsetWithAxesInput = 18;

    /// <summary>Rows of a layer's input <c>[6, 1, C, 1]</c>.</summary>
    public enum ParameterRow
    {
        Scale,
        Bias,
        SourceMean,
        SourceVariance,
        MovingMean,
        MovingVariance,
    }

    /// <summary>Entries of the policy input <c>[6]</c>.</summary>
    public enum PolicyEntry
    {
        Momentum,
        Weight,
        DistanceScale,
        Unbiased,
        OwnShare,
        DepthDecay,
    }

    /// <summary>Name of a layer's parameter input.</summary>
    public static string ParameterInput(int layer) => $"statistics:parameters:{layer}";

    /// <summary>Name of a layer's output <c>[6, C, 1]</c>: mean and variance of the moving average, of the mixture and of the batch.</summary>
    public static string StatisticsOutput(int layer) => $"statistics:layer:{layer}";

    public static ModelProto Build(NormalizationModel model)
    {
        Dictionary<int, int> layerOfNode = Enumerable.Range(0, model.Layers.Count).ToDictionary(i => model.Layers[i].Node);
        return model.Model.Edit(proto =>
        {
            NodeProto[] nodes = [.. proto.Graph.Node];
            proto.Graph.Node.Clear();
            proto.Graph.OpenBatch();
            var writer = new GraphWriter(proto.Graph, "statistics");
            ParameterInputs.Open(writer, model.Layers.Where(l => !l.HasStatistics));
            ParameterInputs.Remove(proto.Graph, model.Layers);
            writer.Input(PolicyInput, [Enum.GetValues<PolicyEntry>().Length]);
            for (int i = 0; i < nodes.Length; i++)
            {
                if (layerOfNode.TryGetValue(i, out int layer) && model.Layers[layer].HasStatistics)
                {
                    Replace(writer, nodes[i], model, layer);
                }
                else
                {
                    proto.Graph.Node.Add(nodes[i]);
                }
            }
        }).Proto;
    }

    private static void Replace(GraphWriter w, NodeProto node, NormalizationModel model, int index)
    {
        NormalizationLayer layer = model.Layers[index];
        long opset = model.Model.OpsetVersion;
        float depth = index / (float)Math.Max(model.Layers.Count - 1, 1);
        string parameters = w.Input(ParameterInput(index), [Enum.GetValues<ParameterRow>().Length, 1, layer.Channels, 1]);
        string Parameter(ParameterRow row) => w.Add("Gather", [parameters, Index(w, (int)row)], ("axis", 0));
        string Policy(PolicyEntry entry) => w.Add("Gather", [PolicyInput, Index(w, (int)entry)], ("axis", 0));

        // [N, C], [N, C, L] and [N, C, H, W] alike become [N, C, L].
        string flat = w.Add("Reshape", [node.Input[0], w.Constant(0, 0, -1)]);
        (string mean, string centred, string variance) = Moments(w, flat, layer.Channels, Policy(PolicyEntry.Unbiased), opset);
        (string beforeMean, string beforeVariance) = (Parameter(ParameterRow.MovingMean), Parameter(ParameterRow.MovingVariance));
        string share = Policy(PolicyEntry.OwnShare);
        string usedMean = Towards(w, beforeMean, mean, share);
        string usedVariance = Towards(w, beforeVariance, variance, share);

        string sourceMean = Parameter(ParameterRow.SourceMean);
        string sourceVariance = Parameter(ParameterRow.SourceVariance);
        string shift = w.Add("Sub", [usedMean, sourceMean]);
        string squaredShift = w.Add("Mul", [shift, shift]);
        string distance = Distance(w, squaredShift, usedVariance, sourceVariance, layer.Epsilon, opset);
        string scaled = w.Add("Div", [distance, w.Add("Add", [distance, Policy(PolicyEntry.DistanceScale)])]);
        string trust = w.Add("Sub", [w.Constant(1f), w.Add("Mul", [Policy(PolicyEntry.DepthDecay), w.Constant(depth)])]);
        string weight = w.Add("Mul", [w.Add("Mul", [Policy(PolicyEntry.Weight), trust]), scaled]);
        string mixedMean = w.Add("Add", [sourceMean, w.Add("Mul", [weight, shift])]);
        string between = w.Add("Mul", [w.Add("Mul", [weight, w.Add("Sub", [w.Constant(1f), weight])]), squaredShift]);
        string mixedVariance = w.Add("Add", [Towards(w, sourceVariance, usedVariance, weight), between]);

        // Starting from the centred input keeps the digits that x·a + b loses where the mean is large against the deviation.
        string deviation = w.Add("Sqrt", [w.Add("Add", [mixedVariance, w.Constant(layer.Epsilon)])]);
        string gain = w.Add("Div", [Parameter(ParameterRow.Scale), deviation]);
        string offset = w.Add("Add", [w.Add("Mul", [w.Add("Sub", [mean, mixedMean]), gain]), Parameter(ParameterRow.Bias)]);
        string normalised = w.Add("Add", [w.Add("Mul", [centred, gain]), offset]);
        w.Add("Reshape", [normalised, w.Add("Shape", [node.Input[0]])]);
        w.Graph.Node[^1].Output[0] = node.Output[0];
        string momentum = Policy(PolicyEntry.Momentum);
        string movingMean = Towards(w, beforeMean, mean, momentum);
        string movingVariance = Towards(w, beforeVariance, variance, momentum);
        w.Output(w.Add("Concat", [movingMean, movingVariance, mixedMean, mixedVariance, mean, variance], ("axis", 0)), StatisticsOutput(index));
    }

    private static (string Mean, string Centred, string Variance) Moments(GraphWriter w, string flat, int channels, string unbiased, long opset)
    {
        string mean = ReduceMean(w, flat, [0, 2], opset);
        string centred = w.Add("Sub", [flat, mean]);
        string variance = ReduceMean(w, w.Add("Mul", [centred, centred]), [0, 2], opset);

        // n / (n − 1) = 1 + 1 / (n − 1); one value a channel has variance 0 either way.
        string count = w.Add("Div", [w.Add("Cast", [w.Add("Size", [flat])], ("to", (int)TensorProto.Types.DataType.Float)), w.Constant((float)channels)]);
        string degrees = w.Add("Max", [w.Add("Sub", [count, w.Constant(1f)]), w.Constant(1f)]);
        string correction = w.Add("Add", [w.Constant(1f), w.Add("Div", [unbiased, degrees])]);
        return (mean, centred, w.Add("Mul", [variance, correction]));
    }

    private static string Distance(GraphWriter w, string squaredShift, string variance, string sourceVariance, float epsilon, long opset)
    {
        string spread = w.Add("Sub", [w.Add("Sqrt", [variance]), w.Add("Sqrt", [sourceVariance])]);
        string relative = w.Add("Div", [
            w.Add("Add", [squaredShift, w.Add("Mul", [spread, spread])]), w.Add("Add", [sourceVariance, w.Constant(epsilon)])]);

        // d / (d + κ) is 0 / 0 for equal statistics and κ = 0.
        return w.Add("Add", [ReduceMean(w, relative, [1], opset), w.Constant(DistanceFloor)]);
    }

    private static string Towards(GraphWriter w, string from, string to, string share) =>
        w.Add("Add", [from, w.Add("Mul", [share, w.Add("Sub", [to, from])])]);

    public static string ReduceMean(GraphWriter w, string value, long[] axes, long opset) =>
        opset >= FirstOpsetWithAxesInput
            ? w.Add("ReduceMean", [value, w.Constant(axes)], ("keepdims", 1))
            : w.Add("ReduceMean", [value], ("axes", axes), ("keepdims", 1));

    private static string Index(GraphWriter w, int value)
    {
        string name = $"statistics:index:{value}";
        if (!w.Graph.Initializer.Any(t => t.Name == name))
        {
            w.Graph.Initializer.Add(TensorContents.Longs(name, [value]));
        }

        return name;
    }
}
