namespace EdgeAdapt.Contracts;

/// <summary>What a topic carries.</summary>
public enum TopicKind
{
    /// <summary>Uploaded samples, device to cloud.</summary>
    Samples,

    /// <summary>Ids of samples that the cloud has stored, cloud to device.</summary>
    SampleAcknowledgements,

    /// <summary>Normalization statistics as the device sees them, device to cloud.</summary>
    Statistics,

    /// <summary>The device's condition, retained; its last will says that it went away.</summary>
    Status,

    /// <summary>The newest parameter set of an adaptation group, retained, cloud to devices.</summary>
    GroupParameters,

    /// <summary>How a device's stream looks, in numbers, device to cloud.</summary>
    Telemetry,

    /// <summary>What a device answered to its frames, device to whoever acts on it.</summary>
    Answers,
}
