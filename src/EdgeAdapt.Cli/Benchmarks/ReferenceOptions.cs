namespace EdgeAdapt.Cli.Benchmarks;

/// <summary>Weights of the loss, as <see cref="EdgeAdapt.Gradients.LossInputs"/> names them.</summary>
internal sealed record ReferenceOptions(float Alpha, float Beta, float Gamma, float Temperature, float Margin, float[] Mask);
