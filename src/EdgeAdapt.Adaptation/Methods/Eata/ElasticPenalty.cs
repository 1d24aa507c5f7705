using EdgeAdapt.Gradients;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Adaptation;

/// <summary>Adds the gradient 2 α F (θ − θ₀) of the penalty α Σ F (θ − θ₀)² to each step of another optimizer.</summary>
internal sealed class ElasticPenalty(IParameterOptimizer inner, IReadOnlyList<LayerParameters> anchor, float alpha) : IParameterOptimizer
{
    private readonly LayerGradient[] _anchor = LayerGradients.Of(anchor);

    /// <summary>F, one entry a layer; null for no penalty.</summary>
    public IReadOnlyList<LayerGradient>? Importance { get; set; }

    public OptimizerState State
    {
        get => inner.State;
        set => inner.State = value;
    }

    public IReadOnlyList<LayerParameters> Update(IReadOnlyList<LayerParameters> parameters, IReadOnlyList<LayerGradient> gradients)
    {
        if (Importance is null)
        {
            return inner.Update(parameters, gradients);
        }

        LayerGradient[] moved = LayerGradients.Combine(LayerGradients.Of(parameters), _anchor, (now, then) => now - then);
        LayerGradient[] pull = LayerGradients.Combine(Importance, moved, (f, d) => 2 * alpha * f * d);
        return inner.Update(parameters, LayerGradients.Combine(gradients, pull, (g, p) => g + p));
    }

    public void Reset() => inner.Reset();
}
