namespace EdgeAdapt.Cli.Benchmarks;

/// <summary>PyTorch's answer for one loss.</summary>
/// <param name="Loss">"entropy" or "distillation".</param>
/// <param name="Losses">The three parts of the loss.</param>
/// <param name="Logits">The logits <c>[N, K]</c>, row-major.</param>
/// <param name="Layers">By the layer's name.</param>
internal sealed record ReferenceCase(string Loss, double[] Losses, double[] Logits, IReadOnlyDictionary<string, ReferenceLayer> Layers);
