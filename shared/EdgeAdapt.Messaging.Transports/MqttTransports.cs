namespace EdgeAdapt.Messaging;

/// <summary>The MQTT client library that this build was made with.</summary>
public static class MqttTransports
{
    /// <summary>Makes transports of MQTTnet in the nuget flavour, of libmosquitto in the portable one.</summary>
    public static Func<IMqttTransport> Default { get; } =
#if EDGEADAPT_NUGET
        static () => new MqttNet.MqttNetTransport();
#else
        static () => new Mosquitto.MosquittoTransport();
#endif
}
