namespace EdgeAdapt.EndToEnd.Tests.Faults;

/// <summary>What goes wrong in a cycle.</summary>
internal enum FaultKind
{
    /// <summary>SIGKILL of the edge.</summary>
    EdgeKill,

    /// <summary>SIGKILL of the edge, and its files as a power cut leaves them.</summary>
    EdgePowerCut,

    /// <summary>SIGKILL of the broker.</summary>
    BrokerKill,

    /// <summary>A fault of the line between edge and broker.</summary>
    EdgeCut,

    /// <summary>A fault of the line between cloud and broker.</summary>
    CloudCut,

    /// <summary>SIGKILL of the cloud service while it takes samples in.</summary>
    CloudKill,

    /// <summary>All three are killed at once, and the edge's files are as a power cut leaves them.</summary>
    Blackout,
}
