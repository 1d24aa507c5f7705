using EdgeAdapt.Gradients;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Adaptation;

/// <summary>Arithmetic on the gradients of all layers, seen as one long vector.</summary>
internal static class LayerGradients
{
    public static bool AreFinite(IReadOnlyList<LayerGradient> gradients) =>
        gradients.All(g => FiniteValues.AreAll(g.Scale) && FiniteValues.AreAll(g.Bias));

    /// <summary>‖g‖₂ over every layer.</summary>
    public static double Norm(IReadOnlyList<LayerGradient> gradients) => Math.Sqrt(gradients.Sum(g => g.Scale.Concat(g.Bias).Sum(v => (double)v * v)));

    /// <summary>f of each element of two vectors of the same layout.</summary>
    public static LayerGradient[] Combine(IReadOnlyList<LayerGradient> a, IReadOnlyList<LayerGradient> b, Func<float, float, float> f) =>
        [.. a.Zip(b, (x, y) => new LayerGradient([.. x.Scale.Zip(y.Scale, f)], [.. x.Bias.Zip(y.Bias, f)]))];

    public static LayerGradient[] Times(IReadOnlyList<LayerGradient> gradients, float factor) => Combine(gradients, gradients, (g, _) => factor * g);

    /// <summary>θ + factor · g; running statistics stay.</summary>
    public static LayerParameters[] Move(IReadOnlyList<LayerParameters> parameters, IReadOnlyList<LayerGradient> gradients, float factor) =>
    [
        .. parameters.Zip(gradients, (p, g) => p with
        {
            Scale = [.. p.Scale.Zip(g.Scale, (value, slope) => value + (factor * slope))],
            Bias = [.. p.Bias.Zip(g.Bias, (value, slope) => value + (factor * slope))],
        }),
    ];

    /// <summary>γ and β of each layer, laid out as its gradient is.</summary>
    public static LayerGradient[] Of(IReadOnlyList<LayerParameters> parameters) => [.. parameters.Select(p => new LayerGradient(p.Scale, p.Bias))];
}
