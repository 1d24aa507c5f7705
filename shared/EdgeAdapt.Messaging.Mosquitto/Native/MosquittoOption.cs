namespace EdgeAdapt.Messaging.Mosquitto.Native;

/// <summary>The client options and property identifiers that are used, by their numbers in mosquitto.h and MQTT 5.0 section 2.2.2.2.</summary>
internal static class MosquittoOption
{
    public const int ProtocolVersion = 1;
    public const int TcpNoDelay = 11;
    public const int Mqtt5 = 5;

    public const int MessageExpiryProperty = 2;
    public const int ContentTypeProperty = 3;
    public const int SessionExpiryProperty = 17;
    public const int ReceiveMaximumProperty = 33;
    public const int UserProperty = 38;
    public const int MaximumPacketSizeProperty = 39;
}
