using EdgeAdapt.Gradients;

namespace EdgeAdapt.Cli.Benchmarks;

/// <summary>What `bench step` measured of one network; its JSON form.</summary>
/// <param name="EdgeAdapt">This engine.</param>
/// <param name="PyTorch">PyTorch, on the same machine in the same run.</param>
/// <param name="Speedup">PyTorch's median over this engine's: above 1 where this engine is faster.</param>
/// <param name="OverFloor">This engine's median over the time of the network's convolutions and matrix products.</param>
internal sealed record StepBenchReport(StepTiming EdgeAdapt, TorchTiming PyTorch, double Speedup, double OverFloor);
