using EdgeAdapt.Gradients;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// Adam (Kingma and Ba, ICLR 2015) as PyTorch defines it, without weight decay: m ← β₁ m + (1 − β₁) g,
/// v ← β₂ v + (1 − β₂) g², θ ← θ − η m̂ / (√v̂ + ε) with the bias-corrected m̂ and v̂; β₁ 0.9, β₂ 0.999, ε 1e-8.
/// </summary>
/// <param name="learningRate">η, above 0.</param>
public sealed class Adam(float learningRate) : IParameterOptimizer
{
    private const float Beta1 = 0.9f;
    private const float Beta2 = 0.999f;
    private const double Epsilon = 1e-8;

    /// <inheritdoc/>
    public OptimizerState State { get; set; } = OptimizerState.Empty;

    /// <inheritdoc/>
    public IReadOnlyList<LayerParameters> Update(IReadOnlyList<LayerParameters> parameters, IReadOnlyList<LayerGradient> gradients)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(gradients);
        long step = State.Steps + 1;
        double rate = learningRate / (1 - Math.Pow(0.9, step));
        double root = Math.Sqrt(1 - Math.Pow(0.999, step));
        var first = new List<float[]>(2 * gradients.Count);
        var second = new List<float[]>(2 * gradients.Count);
        float[] Move(float[] values, float[] gradient)
        {
            int tensor = first.Count;
            float[] m = State.Steps == 0 ? new float[values.Length] : [.. State.First[tensor]];
            float[] v = State.Steps == 0 ? new float[values.Length] : [.. State.Second[tensor]];
            float[] moved = new float[values.Length];
            for (int i = 0; i < values.Length; i++)
            {
                m[i] = (Beta1 * m[i]) + ((1 - Beta1) * gradient[i]);
                v[i] = (Beta2 * v[i]) + ((1 - Beta2) * gradient[i] * gradient[i]);
                moved[i] = (float)(values[i] - (rate * m[i] / ((Math.Sqrt(v[i]) / root) + Epsilon)));
            }

            first.Add(m);
            second.Add(v);
            return moved;
        }

        LayerParameters[] next = [.. parameters.Zip(gradients, (p, g) => p with { Scale = Move(p.Scale, g.Scale), Bias = Move(p.Bias, g.Bias) })];
        State = new OptimizerState(step, first, second);
        return next;
    }

    /// <inheritdoc/>
    public void Reset() => State = OptimizerState.Empty;
}
