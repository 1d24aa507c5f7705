using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgeAdapt.Contracts;
using EdgeAdapt.Messaging.Mosquitto.Native;

namespace EdgeAdapt.Messaging.Mosquitto;

/// <summary>
/// One client object of the library. All members are called on one thread, so that the library's own threading, which 2.0
/// guards only in part (TLS reads against writes), never comes into play.
/// </summary>
internal sealed unsafe class MosquittoClient : IDisposable
{
    private const int ErrorLogLevel = 1 << 3;
    private static readonly int Initialized = LibMosquitto.mosquitto_lib_init();

    private readonly IMosquittoEvents _events;
    private GCHandle _self;
    private nint _client;

    /// <summary>Creates the object; connects nothing yet.</summary>
    public MosquittoClient(MqttSessionOptions options, IMosquittoEvents events)
    {
        _ = Initialized;
        _events = events;
        _self = GCHandle.Alloc(this);
        _client = LibMosquitto.mosquitto_new(options.ClientId, options.SessionExpiry == TimeSpan.Zero, GCHandle.ToIntPtr(_self));
        if (_client == 0)
        {
            _self.Free();
            throw new InvalidOperationException("libmosquitto could not create a client; memory or file descriptors have run out.");
        }

        LibMosquitto.mosquitto_connect_v5_callback_set(_client, &OnConnect);
        LibMosquitto.mosquitto_disconnect_v5_callback_set(_client, &OnDisconnect);
        LibMosquitto.mosquitto_publish_v5_callback_set(_client, &OnPublish);
        LibMosquitto.mosquitto_subscribe_v5_callback_set(_client, &OnSubscribe);
        LibMosquitto.mosquitto_message_v5_callback_set(_client, &OnMessage);
        LibMosquitto.mosquitto_log_callback_set(_client, &OnLog);
    }

    /// <summary>The connection's socket, or -1.</summary>
    public int Socket => LibMosquitto.mosquitto_socket(_client);

    /// <summary>Whether something waits to be written.</summary>
    public bool WantsWrite => LibMosquitto.mosquitto_want_write(_client);

    /// <summary>Applies settings that can be wrong; the error of the first one that is.</summary>
    public int Configure(MqttSessionOptions options, string? password)
    {
        int error = LibMosquitto.mosquitto_int_option(_client, MosquittoOption.ProtocolVersion, MosquittoOption.Mqtt5);
        error = error == 0 ? LibMosquitto.mosquitto_int_option(_client, MosquittoOption.TcpNoDelay, 1) : error;
        if (error == 0 && options.Username is not null)
        {
            error = LibMosquitto.mosquitto_username_pw_set(_client, options.Username, password);
        }

        if (error == 0 && options.CaFile is not null)
        {
            error = LibMosquitto.mosquitto_tls_set(_client, options.CaFile, null, options.CertificateFile, options.KeyFile, 0);
        }

        return error == 0 && options.Will is not null ? SetWill(options.Will) : error;
    }

    /// <summary>Opens the TCP connection, which can take minutes, and sends CONNECT.</summary>
    public int Connect(MqttSessionOptions options, out int systemError)
    {
        using var properties = new PropertyList();
        properties.Add(MosquittoOption.SessionExpiryProperty, (uint)options.SessionExpiry.TotalSeconds);
        properties.Add(MosquittoOption.MaximumPacketSizeProperty, (uint)options.MaximumPacketLength);
        properties.Add(MosquittoOption.ReceiveMaximumProperty, (ushort)options.ReceiveMaximum);
        int error = properties.Error != 0 ? properties.Error
            : LibMosquitto.mosquitto_connect_bind_v5(_client, options.Host, options.Port, (int)options.KeepAlive.TotalSeconds, null, properties.Head);
        systemError = Marshal.GetLastPInvokeError();
        return error;
    }

    /// <summary>Publishes; the library copies the payload. At most once, the answer may come before this returns: when the bytes could be written at once.</summary>
    public int Publish(MqttMessage message, out int packetId)
    {
        packetId = 0;
        using PropertyList properties = PropertyList.Of(message);
        fixed (byte* payload = message.Payload.Span)
        {
            return properties.Error != 0 ? properties.Error
                : LibMosquitto.mosquitto_publish_v5(_client, out packetId, message.Topic, message.Payload.Length, payload, Level(message.Quality), message.Retain, properties.Head);
        }
    }

    /// <summary>Subscribes.</summary>
    public int Subscribe(string filter, QualityOfService quality, out int packetId) => LibMosquitto.mosquitto_subscribe_v5(_client, out packetId, filter, Level(quality), 0, 0);

    /// <summary>Queues the DISCONNECT that keeps the will from being sent.</summary>
    public int Disconnect() => LibMosquitto.mosquitto_disconnect_v5(_client, 0, 0);

    /// <summary>Reads what is there. <paramref name="systemError"/> is errno.</summary>
    public int Read(out int systemError)
    {
        int error = LibMosquitto.mosquitto_loop_read(_client, 1);
        systemError = Marshal.GetLastPInvokeError();
        return error;
    }

    /// <summary>Writes what can be written. <paramref name="systemError"/> is errno.</summary>
    public int Write(out int systemError)
    {
        int error = LibMosquitto.mosquitto_loop_write(_client, 1);
        systemError = Marshal.GetLastPInvokeError();
        return error;
    }

    /// <summary>Sends a ping when it is time, and notices when none is answered. Call it about once a second.</summary>
    public int KeepAlive() => LibMosquitto.mosquitto_loop_misc(_client);

    /// <summary>Closes the socket, if it is open, and frees everything.</summary>
    public void Dispose()
    {
        if (_client != 0)
        {
            LibMosquitto.mosquitto_destroy(_client);
            _client = 0;
            _self.Free();
        }
    }

    private static int Level(QualityOfService quality) => quality == QualityOfService.AtMostOnce ? 0 : 1;

    private int SetWill(MqttMessage will)
    {
        using PropertyList properties = PropertyList.Of(will);
        if (properties.Error != 0)
        {
            return properties.Error;
        }

        fixed (byte* payload = will.Payload.Span)
        {
            int error = LibMosquitto.mosquitto_will_set_v5(_client, will.Topic, will.Payload.Length, payload, 1, will.Retain, properties.Head);
            if (error == 0)
            {
                properties.Release();
            }

            return error;
        }
    }

    private static IMosquittoEvents Events(nint self) => ((MosquittoClient)GCHandle.FromIntPtr(self).Target!)._events;

    private static void Guard(nint self, Action<IMosquittoEvents> report)
    {
        IMosquittoEvents events = Events(self);
        try
        {
            report(events);
        }
        catch (Exception e)
        {
            events.OnCallbackFailed(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnConnect(nint client, nint self, int reasonCode, int flags, nint properties) =>
        Guard(self, e => e.OnConnect(reasonCode, (flags & 1) != 0));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnDisconnect(nint client, nint self, int reason, nint properties) => Guard(self, e => e.OnDisconnect(reason));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnPublish(nint client, nint self, int packetId, int reasonCode, nint properties) =>
        Guard(self, e => e.OnPublish(packetId, reasonCode));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnSubscribe(nint client, nint self, int packetId, int count, int* granted, nint properties)
    {
        int reasonCode = count > 0 ? granted[0] : ReasonCodes.FirstFailure;
        Guard(self, e => e.OnSubscribe(packetId, reasonCode));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnMessage(nint client, nint self, NativeMessage* message, nint properties) => Guard(self, e => e.OnMessage(new MqttMessage
    {
        Topic = Marshal.PtrToStringUTF8((nint)message->Topic) ?? string.Empty,
        Payload = new ReadOnlySpan<byte>(message->Payload, message->PayloadLength).ToArray(),
        ContentType = PropertyList.ReadText(properties, MosquittoOption.ContentTypeProperty),
        UserProperties = PropertyList.ReadUserProperties(properties),
        Retain = message->Retain != 0,
        Quality = message->Qos == 0 ? QualityOfService.AtMostOnce : QualityOfService.AtLeastOnce,
        Expiry = PropertyList.ReadNumber(properties, MosquittoOption.MessageExpiryProperty) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
    }));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnLog(nint client, nint self, int level, byte* text)
    {
        if (level == ErrorLogLevel)
        {
            string copy = Marshal.PtrToStringUTF8((nint)text) ?? string.Empty;
            Guard(self, e => e.OnError(copy));
        }
    }
}
