namespace EdgeAdapt.Messaging;

/// <summary>The reason codes of MQTT 5.0 section 2.4, in words.</summary>
public static class ReasonCodes
{
    /// <summary>The first code that says no.</summary>
    public const int FirstFailure = 0x80;

    /// <summary>The packet is larger than the receiver takes.</summary>
    public const int PacketTooLarge = 0x95;

    /// <summary>A sentence for a code from 0x80, with the remedy where there is one.</summary>
    public static string Describe(int code) => code switch
    {
        0x81 => "Malformed packet.",
        0x82 => "Protocol error.",
        0x84 => "The broker does not speak MQTT 5. Use one that does, such as Mosquitto 2.",
        0x85 => "The broker does not accept the client id. Choose another one.",
        0x86 => "Wrong user name or password. Correct the user name and the password file.",
        0x87 => "Not authorized. Correct the user name and password file, or the broker's access rules.",
        0x88 => "The broker is unavailable.",
        0x89 => "The broker is busy.",
        0x8A => "This client is banned from the broker.",
        0x8B => "The broker is shutting down.",
        0x8D => "The broker heard nothing for the keep-alive time.",
        0x8E => "Another client took over the session by connecting with the same client id. Give each client its own.",
        0x8F => "The broker does not accept the topic filter.",
        0x90 => "The broker does not accept the topic.",
        0x93 => "More messages in flight than the broker allows.",
        PacketTooLarge => "The packet is larger than the broker allows. Raise its max_packet_size.",
        0x96 => "The message rate is higher than the broker allows.",
        0x97 => "A quota of the broker is exceeded.",
        0x98 => "The broker's administrator ended it.",
        0x99 => "The payload is not of the format that its properties name.",
        0x9A => "The broker does not keep retained messages, which parameter sets need. Allow them there.",
        0x9B => "The broker does not support quality of service 1, which this product needs.",
        0x9C or 0x9D => "The broker wants another server to be used. Correct the host.",
        0x9E => "The broker does not support shared subscriptions.",
        0x9F => "Connections come faster than the broker allows.",
        0xA2 => "The broker does not support wildcard subscriptions, which this product needs.",
        _ => $"Reason code 0x{code:X2}.",
    };
}
