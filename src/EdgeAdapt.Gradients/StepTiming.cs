namespace EdgeAdapt.Gradients;

/// <summary>How long training steps took.</summary>
/// <param name="Batch">Images a step.</param>
/// <param name="BuildSeconds">Building and loading the gradient graph, once.</param>
/// <param name="StepSeconds">Each timed step in order, in seconds.</param>
public sealed record StepTiming(int Batch, double BuildSeconds, IReadOnlyList<double> StepSeconds)
{
    /// <summary>The median of <see cref="StepSeconds"/>; the lower one of two middle values.</summary>
    public double MedianSeconds { get; } = StepSeconds.Order().ElementAt((StepSeconds.Count - 1) / 2);
}
