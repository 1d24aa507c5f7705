using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EdgeAdapt.Contracts;

/// <summary>The condition of a device, retained on its status topic. Its last will is the same with <see cref="Online"/> false.</summary>
public sealed record DeviceStatus
{
    /// <summary>Whether the device is connected; false in a last will and after an orderly stop.</summary>
    public required bool Online { get; init; }

    /// <summary>The device's adaptation group.</summary>
    public required string Group { get; init; }

    /// <summary>The model's topic name.</summary>
    public required string Model { get; init; }

    /// <summary>Version of the parameter set in use; 0 for the model as built.</summary>
    public long ParameterVersion { get; init; }

    /// <summary>Samples that wait in the outbox.</summary>
    public long OutboxCount { get; init; }

    /// <summary>Bytes that wait in the outbox.</summary>
    public long OutboxBytes { get; init; }

    /// <summary>Samples lost since the device's start, for whatever reason.</summary>
    public long OutboxDropped { get; init; }

    /// <summary>Samples not kept since the device's start, by reason; null from a device that does not tell.</summary>
    public OutboxDrops? OutboxDrops { get; init; }

    /// <summary>Frames answered since the device's start.</summary>
    public long FramesAnswered { get; init; }

    /// <summary>Frames that got no answer since the device's start.</summary>
    public long FramesFailed { get; init; }

    /// <summary>Frames that the entropy filter selected since the device's start.</summary>
    public long SamplesSelected { get; init; }

    /// <summary>Samples that the cloud has acknowledged since the device's start.</summary>
    public long SamplesUploaded { get; init; }

    /// <summary>Why the last parameter set was refused, or null where none was.</summary>
    public string? RefusedParameters { get; init; }

    /// <summary>Which parameter set the device took back after it had answered, and why; null where none was, or a later one has proved itself.</summary>
    public string? RevertedParameters { get; init; }

    /// <summary>Why settings that came while the agent runs are not used; null where the newest ones are.</summary>
    public string? RefusedSettings { get; init; }

    /// <summary>The agent's version, or null.</summary>
    public string? AgentVersion { get; init; }

    /// <summary>What the device keeps to itself: "statistics" sends no images, "nothing" no numbers either; null where selected images are sent.</summary>
    public string? Privacy { get; init; }

    /// <summary>The message to publish or to leave as a will, retained.</summary>
    public MqttMessage ToMessage(string tenant, string device, DateTimeOffset reported)
    {
        byte[] payload = JsonSerializer.SerializeToUtf8Bytes(this, PayloadJson.Options);
        var attributes = new CloudEventAttributes
        {
            Id = ContentHash.IdOf(payload),
            Source = CloudEventAttributes.DeviceSource(tenant, device),
            Type = EventTypes.DeviceReported,
            Time = reported,
            Subject = device,
        };
        var message = new MqttMessage
        {
            Topic = Topics.Status(tenant, device),
            Payload = payload,
            ContentType = ContentTypes.Json,
            UserProperties = attributes.ToProperties(),
            Retain = true,
        };
        return TryParse(message, out _, out string? fault) ? message : throw new ArgumentException(fault);
    }

    /// <summary>Reads a status, or says in a sentence what is wrong with it. Accepts any message whatever and never throws for its content.</summary>
    public static bool TryParse(MqttMessage message, [NotNullWhen(true)] out DeviceStatus? status, [NotNullWhen(false)] out string? fault)
    {
        status = null;
        if (!MessageParts.TryRead(message, TopicKind.Status, EventTypes.DeviceReported, out MessageParts? parts, out fault))
        {
            return false;
        }

        DeviceStatus? read = PayloadJson.Read<DeviceStatus>(message, parts.Properties);
        if (read is not null && (!Topics.IsName(read.Group) || !Topics.IsName(read.Model)))
        {
            parts.Properties.Refuse("names a group or model that cannot stand in a topic. Correct the agent's settings");
        }

        fault = parts.Properties.Fault;
        status = fault is null ? read : null;
        return fault is null;
    }
}
