namespace EdgeAdapt.Edge.Core.Telemetry;

/// <summary>What found a change.</summary>
public enum DriftDetector
{
    /// <summary>The Page-Hinkley test on the entropy: soonest on a jump.</summary>
    PageHinkley,

    /// <summary>ADWIN on the entropy: slower, and finds small and slow changes in the end.</summary>
    Adwin,

    /// <summary>The statistics of the layers' inputs, which started anew.</summary>
    LayerInputs,
}
