namespace EdgeAdapt.Adaptation;

/// <summary>A method whose parameters come back from a cloud, which takes time.</summary>
public interface IDelayedParameters
{
    /// <summary>
    /// Batches that the edge answers between an upload and the parameters learnt from it: with 0 they are in force from the
    /// next batch. Set it before the first batch, or call <see cref="ITestTimeAdaptation.Reset"/> after; at least 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    int Delay { get; set; }
}
