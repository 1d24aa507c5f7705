using EdgeAdapt.Contracts;

namespace EdgeAdapt.Messaging;

/// <summary>Where the broker is and how to talk to it. <see cref="Faults"/> lists everything that is wrong at once.</summary>
public sealed record MqttSessionOptions
{
    /// <summary>The longest client id: what every MQTT 5 broker must accept is 23, and all known ones accept far more.</summary>
    public const int MaximumClientIdLength = 128;

    /// <summary>What <see cref="ReceiveMaximum"/> is unless somebody says otherwise.</summary>
    public const int DefaultReceiveMaximum = 20;

    /// <summary>What <see cref="MaximumPacketLength"/> is unless somebody says otherwise: the cloud takes no longer packet, so no device may count on sending one.</summary>
    public const int DefaultMaximumPacketLength = 16 << 20;

    /// <summary>Name or address of the broker.</summary>
    public required string Host { get; init; }

    /// <summary>The broker's port, 1 to 65535; 1883 without and 8883 with TLS by convention.</summary>
    public int Port { get; init; } = 1883;

    /// <summary>Identifies the session to the broker. A second connection with the same id throws the first one out.</summary>
    public required string ClientId { get; init; }

    /// <summary>User name, or null for none.</summary>
    public string? Username { get; init; }

    /// <summary>File that holds the password (one line, a line end is ignored), read at each connect; null for none. Needs <see cref="Username"/>.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>PEM file of the authorities that may sign the broker's certificate; it turns TLS on. Null for no TLS.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file of the client's certificate, or null. Needs <see cref="CaFile"/> and <see cref="KeyFile"/>.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of the client's private key, not encrypted, or null. Needs <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>A dead connection is noticed after at most twice this time; whole seconds, 5 s to 18 h.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long the broker keeps subscriptions and queued messages of a client that went away; 0 to 136 years, whole
    /// seconds. With 0 each connection starts clean.
    /// </summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.Zero;

    /// <summary>The longest time one attempt to connect may take; 100 ms to 10 min.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a publish waits for the broker's answer; 100 ms to 1 h. After four such times without an answer to any publish the session connects anew.</summary>
    public TimeSpan PublishTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The delay before the first attempt to reconnect, before jitter; 10 ms to 1 h.</summary>
    public TimeSpan ReconnectMinimum { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>What the delay grows to by doubling; from <see cref="ReconnectMinimum"/> to 1 day.</summary>
    public TimeSpan ReconnectMaximum { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Seeds the jitter of the delays. Give each device another one (a hash of its name), or a fleet reconnects in step.</summary>
    public int JitterSeed { get; init; }

    /// <summary>The longest packet the broker may send, in bytes; 1 kB to 256 MB. What is longer the broker discards.</summary>
    public int MaximumPacketLength { get; init; } = DefaultMaximumPacketLength;

    /// <summary>
    /// Messages that the broker may send ahead of their acknowledgement (receive maximum, MQTT 5.0 section 3.1.2.11.3), 1 to 65535. More hides the round trip of a slow
    /// line, fewer bound what such a line delivers twice after a cut. What the broker allows this client is the broker's to say, and kept to.
    /// </summary>
    public int ReceiveMaximum { get; init; } = DefaultReceiveMaximum;

    /// <summary>What the broker publishes when this client vanishes without a word, or null.</summary>
    public MqttMessage? Will { get; init; }

    /// <summary>Everything that is wrong with the options, each with its remedy; empty where they can be used.</summary>
    public IReadOnlyList<string> Faults() => MqttSessionOptionsFaults.Of(this);
}
