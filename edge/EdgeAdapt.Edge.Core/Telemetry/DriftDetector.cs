namespace EdgeAdapt.Edge.Core.Telemetry;

/// <summary>What found a change.</summary>
public enum DriftDetector
{
    /// <summary>The Page-Hinkley test on the entropy: soonest on a jump.</summary>
    PageHinkley,

    /// <summary>ADWIN on the entropy: bounded false alarms whatever the distribution.</summary>
    Adwin,

    /// <summary>The statistics of the layers' inputs, which started anew.</summary>
    LayerInputs,
}
