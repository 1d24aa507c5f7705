using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>The inputs of the graph that <see cref="StatisticsGraph"/> writes.</summary>
internal static class StatisticsInputs
{
    /// <summary>One tensor for each input.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images"><c>[N, C, H, W]</c>, all finite.</param>
    /// <param name="parameters">One entry a layer.</param>
    /// <param name="moving">The moving average so far, one entry a layer; null lets this batch start it.</param>
    /// <param name="policy">How to average and mix.</param>
    /// <param name="largestOwnShare">Bound on the batch's share in the average that normalises it; a first batch has no other.</param>
    public static Dictionary<string, FloatTensor> Of(
        NormalizationModel model, FloatTensor images, IReadOnlyList<LayerParameters> parameters, IReadOnlyList<LayerStatistics>? moving, StatisticsPolicy policy, float largestOwnShare)
    {
        float momentum = moving is null ? 1 : policy.Momentum;
        float ownShare = moving is null ? 1 : Math.Min(momentum, largestOwnShare);
        var inputs = new Dictionary<string, FloatTensor>(model.Layers.Count + 2, StringComparer.Ordinal)
        {
            [model.Signature.InputName] = images,

            // In the order of StatisticsGraph.PolicyEntry. A first batch replaces the average, whatever the momentum.
            [StatisticsGraph.PolicyInput] = new FloatTensor(
                [momentum, policy.Weight, policy.DistanceScale, policy.Unbiased ? 1 : 0, ownShare, policy.DepthDecay], 6),
        };
        for (int i = 0; i < model.Layers.Count; i++)
        {
            if (!model.Layers[i].HasStatistics)
            {
                ParameterInputs.Feed(inputs, model.Layers[i], parameters[i]);
                continue;
            }

            int channels = model.Layers[i].Channels;
            float[] rows = new float[6 * channels];
            float[]?[] order = [parameters[i].Scale, parameters[i].Bias, parameters[i].Mean, parameters[i].Variance, moving?[i].Mean, moving?[i].Variance];
            for (int row = 0; row < order.Length; row++)
            {
                order[row]?.CopyTo(rows, row * channels);
            }

            inputs.Add(StatisticsGraph.ParameterInput(i), new FloatTensor(rows, 6, 1, channels, 1));
        }

        return inputs;
    }
}
