namespace EdgeAdapt.Gradients;

/// <summary>Gradient of the loss for the trained parameters of one normalization layer, each <c>[C]</c>.</summary>
/// <param name="Scale">dL/dγ.</param>
/// <param name="Bias">dL/dβ.</param>
public sealed record LayerGradient(float[] Scale, float[] Bias);
