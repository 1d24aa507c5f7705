namespace EdgeAdapt.Messaging;

/// <summary>What became of an attempt to connect.</summary>
public enum ConnectOutcome
{
    /// <summary>The broker accepted.</summary>
    Connected,

    /// <summary>No answer from the address: wrong host or port, nothing listens, no network, or TLS failed.</summary>
    Unreachable,

    /// <summary>The broker answered and said no (CONNACK with a reason code from 0x80), or the settings cannot be used (a certificate that cannot be read).</summary>
    Refused,

    /// <summary>Something accepted the connection and then was silent for the connect timeout.</summary>
    TimedOut,
}
