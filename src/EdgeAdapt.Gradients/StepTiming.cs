namespace EdgeAdapt.Gradients;

/// <summary>How long training steps took, and in how much memory.</summary>
/// <param name="Batch">Images a step.</param>
/// <param name="BuildSeconds">Building and loading the gradient graph, once.</param>
/// <param name="StepSeconds">Each timed step in order, in seconds.</param>
/// <param name="PeakMemoryBytes">The most memory the process held while it built and stepped, everything counted; null where the system does not say.</param>
/// <param name="Profile">Where the time of one more step went, taken after the timed ones; null where not asked for.</param>
public sealed record StepTiming(int Batch, double BuildSeconds, IReadOnlyList<double> StepSeconds, long? PeakMemoryBytes = null, StepProfile? Profile = null)
{
    /// <summary>The median of <see cref="StepSeconds"/>; the lower one of two middle values.</summary>
    public double MedianSeconds { get; } = StepSeconds.Order().ElementAt((StepSeconds.Count - 1) / 2);
}
