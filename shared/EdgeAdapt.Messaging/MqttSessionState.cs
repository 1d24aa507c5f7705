namespace EdgeAdapt.Messaging;

/// <summary>Where an <see cref="MqttSession"/> stands.</summary>
public enum MqttSessionState
{
    /// <summary>Not connected; the next attempt comes by itself after a delay. Also the state before the start.</summary>
    Disconnected,

    /// <summary>An attempt is under way.</summary>
    Connecting,

    /// <summary>Connected and subscribed.</summary>
    Connected,

    /// <summary>Stopped for good.</summary>
    Stopped,
}
