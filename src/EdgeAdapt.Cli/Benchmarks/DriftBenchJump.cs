namespace EdgeAdapt.Cli.Benchmarks;

/// <summary>What a change detector made of jumps of one size.</summary>
/// <param name="Shift">The size, in standard deviations of the Gaussian behind the entropies.</param>
/// <param name="Before">Mean entropy before, as a share of ln K.</param>
/// <param name="After">Mean entropy after.</param>
/// <param name="Found">Jumps found.</param>
/// <param name="Trials">Jumps.</param>
/// <param name="MedianDelay">Frames until half of all were found; null where fewer were.</param>
internal sealed record DriftBenchJump(double Shift, double Before, double After, int Found, int Trials, int? MedianDelay);
