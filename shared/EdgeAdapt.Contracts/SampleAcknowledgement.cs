using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EdgeAdapt.Contracts;

/// <summary>
/// The ids of samples that the cloud has on its disk. A device deletes a sample only for this: the broker's own
/// acknowledgement says that the broker has the message, and a cloud service may have taken it from there and died before storing it.
/// </summary>
/// <param name="Ids">Content ids, see <see cref="ContentHash.IdOf"/>; up to <see cref="MaximumIds"/>.</param>
public sealed record SampleAcknowledgement(IReadOnlyList<string> Ids)
{
    /// <summary>The most ids in one list of a message: some 36 kB.</summary>
    public const int MaximumIds = 1024;

    /// <summary>
    /// Content ids that the cloud will never accept, for example a picture that does not decode; up to <see cref="MaximumIds"/>. The device
    /// deletes these too: sent again, they would be refused again, for ever. A message has at least one id in one of its lists.
    /// </summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    /// <summary>The message to publish to the device. Ids that <see cref="TryParse"/> would refuse are an <see cref="ArgumentException"/>.</summary>
    public MqttMessage ToMessage(string tenant, string device, DateTimeOffset stored, string? traceParent = null)
    {
        byte[] payload = JsonSerializer.SerializeToUtf8Bytes(this, PayloadJson.Options);
        var attributes = new CloudEventAttributes
        {
            Id = ContentHash.IdOf(payload),
            Source = CloudEventAttributes.CloudSource(tenant),
            Type = EventTypes.SamplesStored,
            Time = stored,
            Subject = device,
            TraceParent = traceParent,
        };
        var message = new MqttMessage
        {
            Topic = Topics.SampleAcknowledgements(tenant, device),
            Payload = payload,
            ContentType = ContentTypes.Json,
            UserProperties = attributes.ToProperties(),
        };
        return TryParse(message, out _, out string? fault) ? message : throw new ArgumentException(fault);
    }

    /// <summary>Reads an acknowledgement, or says in a sentence what is wrong with it. Accepts any message whatever and never throws for its content.</summary>
    public static bool TryParse(
        MqttMessage message, [NotNullWhen(true)] out SampleAcknowledgement? acknowledgement, [NotNullWhen(false)] out string? fault)
    {
        acknowledgement = null;
        if (!MessageParts.TryRead(message, TopicKind.SampleAcknowledgements, EventTypes.SamplesStored, out MessageParts? parts, out fault))
        {
            return false;
        }

        SampleAcknowledgement? read = PayloadJson.Read<SampleAcknowledgement>(message, parts.Properties);
        if (read is not null && (read.Ids.Count + read.Refused.Count == 0 || !IsList(read.Ids) || !IsList(read.Refused)))
        {
            parts.Properties.Refuse($"must hold 1 to {MaximumIds} content ids of {ContentHash.IdLength} hexadecimal digits. Check the cloud service's version");
        }

        fault = parts.Properties.Fault;
        acknowledgement = fault is null ? read : null;
        return fault is null;
    }

    private static bool IsList(IReadOnlyList<string> ids) => ids.Count <= MaximumIds && ids.All(ContentHash.IsId);
}
