namespace EdgeAdapt.Adaptation;

/// <summary>What a change detector says of the newest value.</summary>
public enum ChangeDirection
{
    /// <summary>No change, or one without direction.</summary>
    None,

    /// <summary>The mean has risen.</summary>
    Rise,

    /// <summary>The mean has fallen.</summary>
    Fall,
}
