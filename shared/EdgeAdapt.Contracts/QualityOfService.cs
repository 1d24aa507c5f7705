namespace EdgeAdapt.Contracts;

/// <summary>How hard MQTT tries to deliver a message. Between a sender and a receiver the lower of the two counts.</summary>
public enum QualityOfService
{
    /// <summary>Level 1: acknowledged, and kept by the broker for a session that is away.</summary>
    AtLeastOnce,

    /// <summary>Level 0: sent and forgotten, and not kept for anybody; right where only the newest is of use.</summary>
    AtMostOnce,
}
