using System.Collections.ObjectModel;
using System.Text;

namespace EdgeAdapt.Contracts;

/// <summary>One MQTT 5 application message. Immutable: nobody writes to the payload after construction.</summary>
public sealed record MqttMessage
{
    private const int LengthPrefix = 2;
    private const int PropertyIdentifier = 1;

    /// <summary>The topic it is published on, without wildcards.</summary>
    public required string Topic { get; init; }

    /// <summary>The bytes as they are; may be empty (on a retained topic an empty payload removes the retained message).</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Media type of the payload, or null where the sender gave none.</summary>
    public string? ContentType { get; init; }

    /// <summary>User properties by name, compared ordinally. Where a sender repeats a name the first value counts.</summary>
    public IReadOnlyDictionary<string, string> UserProperties { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Sent: the broker keeps it for later subscribers. Received: it was kept from before the subscription.</summary>
    public bool Retain { get; init; }

    /// <summary>How long the broker may hold it for a receiver that is away, in whole seconds from 1; null for without end.</summary>
    public TimeSpan? Expiry { get; init; }

    /// <summary>How it is sent, or was delivered.</summary>
    public QualityOfService Quality { get; init; }

    /// <summary>
    /// Length in bytes of the PUBLISH packet that carries this message (MQTT 5.0 section 3.3: fixed header, topic, packet
    /// identifier, properties, payload). Acknowledgements, pings, TCP and TLS come on top.
    /// </summary>
    public long PacketLength
    {
        get
        {
            long properties = ContentType is null ? 0 : PropertyIdentifier + LengthPrefix + Encoding.UTF8.GetByteCount(ContentType);
            properties += Expiry is null ? 0 : PropertyIdentifier + sizeof(uint);
            foreach ((string name, string value) in UserProperties)
            {
                properties += PropertyIdentifier + LengthPrefix + Encoding.UTF8.GetByteCount(name) + LengthPrefix + Encoding.UTF8.GetByteCount(value);
            }

            int packetIdentifier = Quality == QualityOfService.AtMostOnce ? 0 : 2;
            long remaining = LengthPrefix + Encoding.UTF8.GetByteCount(Topic) + packetIdentifier + VariableInteger(properties) + properties + Payload.Length;
            return 1 + VariableInteger(remaining) + remaining;
        }
    }

    private static int VariableInteger(long value) => value switch
    {
        < 1 << 7 => 1,
        < 1 << 14 => 2,
        < 1 << 21 => 3,
        _ => 4,
    };
}
