using EdgeAdapt.Gradients;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// Moves γ and β against their gradient and keeps what it needs from one step to the next. Running statistics pass through
/// unchanged. Not thread safe.
/// </summary>
public interface IParameterOptimizer
{
    /// <summary>What the optimizer remembers; set it to continue an earlier run of the same model.</summary>
    OptimizerState State { get; set; }

    /// <summary>Takes one step.</summary>
    /// <param name="parameters">One entry a layer; not written to.</param>
    /// <param name="gradients">One entry a layer, finite.</param>
    /// <returns>New parameters in arrays of their own.</returns>
    IReadOnlyList<LayerParameters> Update(IReadOnlyList<LayerParameters> parameters, IReadOnlyList<LayerGradient> gradients);

    /// <summary>Forgets all earlier steps.</summary>
    void Reset();
}
