namespace EdgeAdapt.Cli.Benchmarks;

/// <summary>What tests/benchmarks/gradients/networks.py computed with PyTorch in float64; its JSON form.</summary>
/// <param name="Network">The network.</param>
/// <param name="Opsets">The operator sets that it was exported in.</param>
/// <param name="Shape">N, C, H, W of the images.</param>
/// <param name="Images">The images, row-major.</param>
/// <param name="Teacher">The teacher's logits <c>[N, K]</c>, row-major.</param>
/// <param name="Options">What the losses need besides.</param>
/// <param name="Cases">One entry a loss.</param>
internal sealed record GradientReference(
    string Network, int[] Opsets, long[] Shape, float[] Images, float[] Teacher, ReferenceOptions Options, IReadOnlyList<ReferenceCase> Cases);
