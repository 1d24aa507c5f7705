using EdgeAdapt.Adaptation;

namespace EdgeAdapt.Edge.Core.Telemetry;

/// <summary>A change of the stream that a detector has found.</summary>
/// <param name="Number">Its number since the agent's start, from 1.</param>
/// <param name="Time">When it was found.</param>
/// <param name="Detector">What found it.</param>
/// <param name="Direction">Where the entropy went; <see cref="ChangeDirection.None"/> for a change of the layers' inputs.</param>
/// <param name="Frame">Answered frames since the agent's start when it was found.</param>
/// <param name="Began">Frames ago that it began, as the detector estimates; 0 where it cannot tell.</param>
/// <param name="Before">Mean entropy before it, as a share of ln K; NaN for a change of the layers' inputs.</param>
/// <param name="After">Mean entropy since it began, as a share of ln K; NaN for a change of the layers' inputs.</param>
/// <param name="ParameterVersion">Version of the parameter set that answers.</param>
/// <param name="ParametersChanged">Whether the model's parameters changed since it began: then the model may have changed, not the world before it.</param>
public sealed record DetectedChange(
    long Number, DateTimeOffset Time, DriftDetector Detector, ChangeDirection Direction, long Frame, long Began, double Before, double After,
    long ParameterVersion, bool ParametersChanged);
