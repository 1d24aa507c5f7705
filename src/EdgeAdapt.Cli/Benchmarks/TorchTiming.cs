namespace EdgeAdapt.Cli.Benchmarks;

/// <summary>What tests/benchmarks/step/step.py measured; its JSON form.</summary>
/// <param name="Architecture">The network's name.</param>
/// <param name="Batch">Images a step.</param>
/// <param name="Size">Image height and width in pixels.</param>
/// <param name="Threads">Threads that PyTorch used.</param>
/// <param name="Torch">PyTorch's version.</param>
/// <param name="Seconds">Each timed step.</param>
/// <param name="Median">Their median, seconds.</param>
/// <param name="PeakMemoryBytes">The most memory the process held while it stepped; null where the system does not say.</param>
internal sealed record TorchTiming(string Architecture, int Batch, int Size, int Threads, string Torch, IReadOnlyList<double> Seconds, double Median, long? PeakMemoryBytes);
