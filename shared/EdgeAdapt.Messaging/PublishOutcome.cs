namespace EdgeAdapt.Messaging;

/// <summary>What became of a message that was to be published.</summary>
public enum PublishOutcome
{
    /// <summary>The broker has taken it over (PUBACK with a reason code below 0x80).</summary>
    Acknowledged,

    /// <summary>There is no connection, and nothing of the message was given to one: the broker does not have it.</summary>
    NotConnected,

    /// <summary>The connection went away after it was given the message and before the broker answered: the broker may or may not have it.</summary>
    Lost,

    /// <summary>The broker will not have this message now (a reason code from 0x80, other than that of a packet too large): its access rules deny the topic, or a quota is used up.</summary>
    Refused,

    /// <summary>This message cannot travel, while others may: its packet is larger than the broker takes, or it holds what MQTT cannot carry. The same message again meets the same end.</summary>
    Unsendable,

    /// <summary>The broker did not answer within the publish timeout: it may or may not have the message.</summary>
    TimedOut,
}
