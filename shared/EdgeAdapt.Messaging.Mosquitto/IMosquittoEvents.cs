using EdgeAdapt.Contracts;

namespace EdgeAdapt.Messaging.Mosquitto;

/// <summary>What the library reports, always on the network loop's thread and from inside one of its calls.</summary>
internal interface IMosquittoEvents
{
    /// <summary>The broker answered the connect.</summary>
    void OnConnect(int reasonCode, bool sessionPresent);

    /// <summary>The connection ended: a reason code from 0x80 where the broker said so, else an error of the library.</summary>
    void OnDisconnect(int reason);

    /// <summary>The broker acknowledged a publish.</summary>
    void OnPublish(int packetId, int reasonCode);

    /// <summary>The broker answered a subscription.</summary>
    void OnSubscribe(int packetId, int reasonCode);

    /// <summary>A message arrived.</summary>
    void OnMessage(MqttMessage message);

    /// <summary>The library logged an error.</summary>
    void OnError(string text);

    /// <summary>One of the members above threw. Exceptions cannot pass through the library's frames.</summary>
    void OnCallbackFailed(Exception exception);
}
