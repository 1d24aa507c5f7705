using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Edge.Core.Guarding;

/// <summary>How far the parameters of one layer are from those of the model file.</summary>
/// <param name="Layer">The layer's name.</param>
/// <param name="Affine">√((mean (γ−γ₀)² + mean (β−β₀)²) / (mean γ₀² + mean β₀²)), means over the channels; a layer of almost no size counts as a twentieth of the model's.</param>
/// <param name="Shift">√(mean over the channels of ((μ−μ₀)² + (σ−σ₀)²) / (σ₀² + ε)); 0 for a layer without statistics.</param>
internal sealed record LayerDistance(string Layer, double Affine, double Shift)
{
    private const double SmallestShare = 0.05;

    /// <summary>The distances of all layers.</summary>
    public static IReadOnlyList<LayerDistance> Of(NormalizationModel model, IReadOnlyList<LayerParameters> parameters)
    {
        double[] sizes = [.. model.Source.Select(s => Math.Sqrt(MeanSquare(s.Scale) + MeanSquare(s.Bias)))];
        double floor = SmallestShare * Math.Sqrt(sizes.Average(s => s * s));
        return
        [
            .. model.Layers.Select((layer, i) => new LayerDistance(
                layer.Name,
                Math.Sqrt(MeanSquare(parameters[i].Scale, model.Source[i].Scale) + MeanSquare(parameters[i].Bias, model.Source[i].Bias)) / Math.Max(Math.Max(sizes[i], floor), double.Epsilon),
                ShiftOf(layer, parameters[i], model.Source[i]))),
        ];
    }

    /// <summary>What is too far away, with its remedy; null where nothing is.</summary>
    public static string? FindFault(NormalizationModel model, IReadOnlyList<LayerParameters> parameters, RolloutGuardOptions options)
    {
        IReadOnlyList<LayerDistance> distances = Of(model, parameters);
        LayerDistance affine = distances.MaxBy(d => d.Affine)!;
        if (!(affine.Affine <= options.MaximumDistance))
        {
            return $"scale and bias of the layer '{affine.Layer}' are {affine.Affine:0.##} times their size away from the model's, and {options.MaximumDistance:0.##} is allowed; " +
                "find out what diverged, publish an earlier version, or raise --guard-distance";
        }

        LayerDistance shift = distances.MaxBy(d => d.Shift)!;
        return shift.Shift <= options.MaximumShift ? null :
            $"the statistics of the layer '{shift.Layer}' are {shift.Shift:0.##} deviations away from the model's, and {options.MaximumShift:0.##} are allowed; " +
            "find out what diverged, publish an earlier version, or raise --guard-shift";
    }

    private static double ShiftOf(NormalizationLayer layer, LayerParameters set, LayerParameters source)
    {
        if (!layer.HasStatistics)
        {
            return 0;
        }

        double sum = 0;
        for (int c = 0; c < set.Mean.Length; c++)
        {
            double mean = (double)set.Mean[c] - source.Mean[c];
            double deviation = Math.Sqrt(set.Variance[c]) - Math.Sqrt(source.Variance[c]);
            sum += ((mean * mean) + (deviation * deviation)) / Math.Max((double)source.Variance[c] + layer.Epsilon, double.Epsilon);
        }

        return Math.Sqrt(sum / Math.Max(set.Mean.Length, 1));
    }

    private static double MeanSquare(float[] values, float[]? from = null)
    {
        double sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            double value = (double)values[i] - (from is null ? 0 : from[i]);
            sum += value * value;
        }

        return sum / Math.Max(values.Length, 1);
    }
}
