using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgeAdapt.Contracts;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeAdapt.Messaging.MqttNet;

/// <summary>The session's options and messages in MQTTnet's terms.</summary>
internal static class MqttNetOptions
{
    /// <summary>The connection's options. Reads the password and the certificates, and throws what reading them throws.</summary>
    public static MqttClientOptions ForConnection(MqttSessionOptions options)
    {
        var result = new MqttClientOptions
        {
            ClientId = options.ClientId,
            ProtocolVersion = MqttProtocolVersion.V500,
            CleanSession = options.SessionExpiry == TimeSpan.Zero,
            SessionExpiryInterval = (uint)options.SessionExpiry.TotalSeconds,
            KeepAlivePeriod = options.KeepAlive,
            Timeout = options.ConnectTimeout,
            MaximumPacketSize = (uint)options.MaximumPacketLength,

            // Messages are acknowledged when they are read, so this also bounds what waits unread.
            ReceiveMaximum = (ushort)options.ReceiveMaximum,
            ChannelOptions = new MqttClientTcpOptions
            {
                RemoteEndpoint = new DnsEndPoint(options.Host, options.Port),

                // By default the socket is reset when it closes, and a reset can overtake the DISCONNECT that keeps the will from being sent.
                LingerState = new LingerOption(false, 0),
                TlsOptions = Tls(options),
            },
        };
        if (options.Username is not null)
        {
            byte[]? password = options.PasswordFile is null ? null : Encoding.UTF8.GetBytes(PasswordFile.Read(options.PasswordFile));
            result.Credentials = new MqttClientCredentials(options.Username, password);
        }

        if (options.Will is { } will)
        {
            result.WillTopic = will.Topic;
            result.WillPayload = will.Payload.ToArray();
            result.WillContentType = will.ContentType;
            result.WillUserProperties = Properties(will);
            result.WillRetain = will.Retain;
            result.WillQualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce;
            result.WillMessageExpiryInterval = Seconds(will.Expiry);
        }

        return result;
    }

    /// <summary>A message to publish. The payload is not copied.</summary>
    public static MqttApplicationMessage ToLibrary(MqttMessage message) => new()
    {
        Topic = message.Topic,
        Payload = new System.Buffers.ReadOnlySequence<byte>(message.Payload),
        ContentType = message.ContentType,
        UserProperties = Properties(message),
        Retain = message.Retain,
        MessageExpiryInterval = Seconds(message.Expiry),
        QualityOfServiceLevel = Level(message.Quality),
    };

    /// <summary>A received message. The payload is copied, since the library uses its buffer again.</summary>
    public static MqttMessage FromLibrary(MqttApplicationMessage message)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (MqttUserProperty property in message.UserProperties ?? [])
        {
            properties.TryAdd(property.Name, property.Value);
        }

        return new MqttMessage
        {
            Topic = message.Topic,
            Payload = System.Buffers.BuffersExtensions.ToArray(message.Payload),
            ContentType = message.ContentType,
            UserProperties = properties,
            Retain = message.Retain,
            Quality = message.QualityOfServiceLevel == MqttQualityOfServiceLevel.AtMostOnce ? QualityOfService.AtMostOnce : QualityOfService.AtLeastOnce,
            Expiry = message.MessageExpiryInterval == 0 ? null : TimeSpan.FromSeconds(message.MessageExpiryInterval),
        };
    }

    /// <summary>A quality of service as the library calls it.</summary>
    public static MqttQualityOfServiceLevel Level(QualityOfService quality) =>
        quality == QualityOfService.AtMostOnce ? MqttQualityOfServiceLevel.AtMostOnce : MqttQualityOfServiceLevel.AtLeastOnce;

    private static MqttClientTlsOptions Tls(MqttSessionOptions options)
    {
        if (options.CaFile is null)
        {
            return new MqttClientTlsOptions();
        }

        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(options.CaFile);
        var own = new X509Certificate2Collection();
        if (options.CertificateFile is not null)
        {
            // Through PKCS 12, because Windows cannot use a key that was only ever in memory.
            using X509Certificate2 pem = X509Certificate2.CreateFromPemFile(options.CertificateFile, options.KeyFile);
            own.Add(X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null));
        }

        return new MqttClientTlsOptions
        {
            UseTls = true,
            TargetHost = options.Host,
            TrustChain = authorities,

            // An authority of one's own publishes no revocation lists; asking for them would refuse every broker.
            RevocationMode = X509RevocationMode.NoCheck,
            ClientCertificatesProvider = new DefaultMqttCertificatesProvider(own),
        };
    }

    private static List<MqttUserProperty>? Properties(MqttMessage message) =>
        message.UserProperties.Count == 0 ? null : [.. message.UserProperties.Select(p => new MqttUserProperty(p.Key, p.Value))];

    private static uint Seconds(TimeSpan? expiry) => (uint)(expiry ?? TimeSpan.Zero).TotalSeconds;
}
