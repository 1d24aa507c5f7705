using System.Diagnostics.CodeAnalysis;

namespace EdgeAdapt.Contracts;

/// <summary>What every message of this protocol starts with: a topic of the right kind and CloudEvents attributes of the right type.</summary>
/// <param name="Address">The topic, taken apart.</param>
/// <param name="Attributes">The CloudEvents attributes.</param>
/// <param name="Properties">The reader of the other user properties; no fault so far.</param>
internal sealed record MessageParts(TopicAddress Address, CloudEventAttributes Attributes, PropertyReader Properties)
{
    /// <summary>Takes a message apart, or says in a sentence why it is not of this kind.</summary>
    public static bool TryRead(
        MqttMessage message, TopicKind kind, string type, [NotNullWhen(true)] out MessageParts? parts, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(message);
        parts = null;
        if (!Topics.TryParse(message.Topic, out TopicAddress? address) || address.Kind != kind)
        {
            fault = $"The topic '{PropertyReader.Quoted(message.Topic)}' is not one of kind {kind}. Check the subscription and who publishes there.";
            return false;
        }

        if (!CloudEventAttributes.TryRead(message, type, out CloudEventAttributes? attributes, out fault))
        {
            return false;
        }

        parts = new MessageParts(address, attributes, new PropertyReader(message));
        return true;
    }
}
