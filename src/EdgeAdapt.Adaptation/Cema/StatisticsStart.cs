namespace EdgeAdapt.Adaptation;

/// <summary>Where the running statistics of batch renormalization come from.</summary>
public enum StatisticsStart
{
    /// <summary>
    /// The CEMA authors' rule: the model's own statistics are discarded, the first batch seen starts the running ones and
    /// each step moves them. A small or unrepresentative first batch makes a bad start.
    /// </summary>
    FirstBatch,

    /// <summary>The model's own statistics are where the running ones begin, and each step moves them.</summary>
    Source,

    /// <summary>
    /// The statistics that the edge measured and normalises by, given from outside; training leaves them alone. The teacher
    /// estimates its own from the uploads under the same policy.
    /// </summary>
    Edge,
}
