using System.Text;
using EdgeAdapt.Contracts;

namespace EdgeAdapt.Messaging;

/// <summary>What can travel as one MQTT 5 PUBLISH packet, whichever client library sends it.</summary>
internal static class MessageRules
{
    private const long LongestPacket = 268_435_455;

    /// <summary>Why a message cannot be sent, as a sentence, or null where it can.</summary>
    public static string? Fault(MqttMessage message)
    {
        if (message.PacketLength > LongestPacket)
        {
            return $"The packet would be {message.PacketLength} bytes, and MQTT ends at {LongestPacket}. Send less at once.";
        }

        if (message.Expiry is { } expiry && (expiry < TimeSpan.FromSeconds(1) || expiry.TotalSeconds > uint.MaxValue))
        {
            return $"The expiry is {expiry}. Give 1 s to 136 years.";
        }

        if (message.ContentType is not null && !IsText(message.ContentType))
        {
            return "The content type is no MQTT text: at most 65535 bytes of UTF-8 without control characters.";
        }

        foreach ((string name, string value) in message.UserProperties)
        {
            if (!IsText(name) || !IsText(value))
            {
                return $"The user property '{name}' is no MQTT text: at most 65535 bytes of UTF-8 without control characters.";
            }
        }

        return null;
    }

    private static bool IsText(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) || (char.IsSurrogate(text[i]) && !char.IsSurrogatePair(text, i)))
            {
                return false;
            }

            i += char.IsHighSurrogate(text[i]) ? 1 : 0;
        }

        return Encoding.UTF8.GetByteCount(text) <= ushort.MaxValue;
    }
}
