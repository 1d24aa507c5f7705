namespace EdgeAdapt.Cli.Benchmarks;

/// <summary>PyTorch's answer for one normalization layer.</summary>
/// <param name="Scale">dL/dγ.</param>
/// <param name="Bias">dL/dβ.</param>
/// <param name="ScaleTerms">Norm of dL/dγ with every term of its sums taken absolutely.</param>
/// <param name="BiasTerms">The same for dL/dβ.</param>
/// <param name="Mean">The batch's mean; null without running statistics.</param>
/// <param name="Variance">The batch's unbiased variance; null without running statistics.</param>
internal sealed record ReferenceLayer(double[] Scale, double[] Bias, double ScaleTerms, double BiasTerms, double[]? Mean, double[]? Variance);
