namespace EdgeAdapt.Messaging;

/// <summary>What became of a message that was to be published.</summary>
public enum PublishOutcome
{
    /// <summary>The broker has taken it over (PUBACK with a reason code below 0x80).</summary>
    Acknowledged,

    /// <summary>There is no connection, or it went away before the broker answered: the broker may or may not have the message.</summary>
    NotConnected,

    /// <summary>The broker, or its announced limits, will not have this message (a reason code from 0x80, or too large). The same message again is refused again.</summary>
    Refused,

    /// <summary>The broker did not answer within the publish timeout: it may or may not have the message.</summary>
    TimedOut,
}
