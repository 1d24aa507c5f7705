using EdgeAdapt.Gradients;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// Stochastic gradient descent with momentum as PyTorch defines it, without dampening, Nesterov or weight decay:
/// v ← m v + g (v ← g at the first step), θ ← θ − η v, all in float32.
/// </summary>
/// <param name="learningRate">η, above 0.</param>
/// <param name="momentum">m, from 0 and below 1.</param>
public sealed class GradientDescent(float learningRate, float momentum) : IParameterOptimizer
{
    /// <inheritdoc/>
    public OptimizerState State { get; set; } = OptimizerState.Empty;

    /// <inheritdoc/>
    public IReadOnlyList<LayerParameters> Update(IReadOnlyList<LayerParameters> parameters, IReadOnlyList<LayerGradient> gradients)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(gradients);
        var velocities = new List<float[]>(2 * gradients.Count);
        float[] Move(float[] values, float[] gradient)
        {
            float[]? previous = State.Steps == 0 ? null : State.First[velocities.Count];
            float[] velocity = new float[values.Length];
            float[] moved = new float[values.Length];
            for (int i = 0; i < values.Length; i++)
            {
                velocity[i] = previous is null ? gradient[i] : (momentum * previous[i]) + gradient[i];
                moved[i] = values[i] - (learningRate * velocity[i]);
            }

            velocities.Add(velocity);
            return moved;
        }

        LayerParameters[] next = [.. parameters.Zip(gradients, (p, g) => p with { Scale = Move(p.Scale, g.Scale), Bias = Move(p.Bias, g.Bias) })];
        State = new OptimizerState(State.Steps + 1, velocities, []);
        return next;
    }

    /// <inheritdoc/>
    public void Reset() => State = OptimizerState.Empty;
}
