using System.Threading.Channels;
using EdgeAdapt.Contracts;
using EdgeAdapt.Messaging.Mosquitto.Native;
using EdgeAdapt.Messaging.Mosquitto.Requests;

namespace EdgeAdapt.Messaging.Mosquitto;

/// <summary>
/// One connection on a thread of its own. The thread owns the library's client object: everything else reaches it through
/// the request queue, so an acknowledgement can never overtake the packet id that it belongs to. It connects once and ends
/// with the connection; the library's outgoing queue ends with it, so nothing is sent again behind the caller's back.
/// </summary>
internal sealed class NetworkLoop : IMosquittoEvents, IAsyncDisposable
{
    private const int TickMilliseconds = 1000;
    private const int UnreadLimit = 16 << 20;

    // Packet ids are 16 bits wide; beyond this many open requests the next ones wait in the queue.
    private const int OpenRequestLimit = 4096;

    private readonly MqttSessionOptions _options;
    private readonly RequestQueue _requests = new();
    private readonly Dictionary<int, NetworkRequest> _open = [];
    private readonly WakeSignal _wake = new();
    private readonly InboundQueue _inbound;
    private readonly TaskCompletionSource<ConnectResult> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _disconnected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopping;
    private bool _answered;
    private bool _sending;
    private int? _answeredEarly;
    private string? _endReason;
    private string? _libraryError;

    /// <summary>Prepares a loop; <see cref="Start"/> runs it.</summary>
    public NetworkLoop(MqttSessionOptions options)
    {
        _options = options;
        _inbound = new InboundQueue(UnreadLimit, _wake.Set);
    }

    /// <summary>The broker's answer to the connect, or why there was none.</summary>
    public Task<ConnectResult> Connected => _connected.Task;

    /// <summary>Ends with the connection.</summary>
    public Task<string> Disconnected => _disconnected.Task;

    /// <summary>Received messages.</summary>
    public ChannelReader<MqttMessage> Messages => _inbound;

    /// <summary>Starts the thread.</summary>
    public void Start() => new Thread(Run) { IsBackground = true, Name = "mqtt " + _options.ClientId }.Start();

    /// <summary>Gives the loop a request.</summary>
    public void Add(NetworkRequest request)
    {
        _requests.Add(request);
        _wake.Set();
    }

    /// <summary>Asks for an orderly end and waits for it. Everything of the library is freed by the thread itself.</summary>
    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        _wake.Set();

        // Before the broker's answer the thread may sit in a TCP connect that the system lets run for minutes; nobody should wait for that.
        if (_connected.Task.IsCompleted)
        {
            await _ended.Task.ConfigureAwait(false);
        }
    }

    void IMosquittoEvents.OnConnect(int reasonCode, bool sessionPresent)
    {
        _answered = true;
        if (reasonCode == 0)
        {
            _connected.TrySetResult(new ConnectResult(ConnectOutcome.Connected, sessionPresent));
            return;
        }

        _endReason = ReasonCodes.Describe(reasonCode);
        _connected.TrySetResult(new ConnectResult(ConnectOutcome.Refused, false, _endReason));
    }

    void IMosquittoEvents.OnDisconnect(int reason) => _endReason ??= reason switch
    {
        >= ReasonCodes.FirstFailure => ReasonCodes.Describe(reason),
        0 => "The broker closed the connection.",
        _ => MosquittoError.Describe(reason),
    };

    void IMosquittoEvents.OnPublish(int packetId, int reasonCode) => Answer(packetId, reasonCode);

    void IMosquittoEvents.OnSubscribe(int packetId, int reasonCode) => Answer(packetId, reasonCode);

    void IMosquittoEvents.OnMessage(MqttMessage message) => _inbound.Add(message);

    void IMosquittoEvents.OnError(string text) => _libraryError = text;

    void IMosquittoEvents.OnCallbackFailed(Exception exception) => _endReason ??= $"The client failed on what the broker sent: {exception.Message}";

    private void Answer(int packetId, int reasonCode)
    {
        if (_open.Remove(packetId, out NetworkRequest? request))
        {
            request.Answer(reasonCode);
        }
        else if (_sending)
        {
            _answeredEarly = packetId;
        }
    }

    private void Run()
    {
        ConnectResult result;
        try
        {
            result = Connect();
        }
        catch (Exception e)
        {
            // Nothing may leave a thread's first method: it would end the process. The library missing or of another version arrives here.
            result = new ConnectResult(ConnectOutcome.Refused, false, e switch
            {
                DllNotFoundException => $"{LibMosquitto.Library} is not installed. Install it (Debian and Ubuntu: apt install libmosquitto1).",
                IOException or UnauthorizedAccessException => $"The password file cannot be read: {e.Message} Correct its path or its rights.",
                _ => $"The MQTT client failed: {e.Message}",
            });
        }

        string reason = _endReason ?? result.Fault ?? "The connection was closed.";
        _connected.TrySetResult(result);
        _requests.Close(reason);
        foreach (NetworkRequest request in _open.Values)
        {
            request.Lose(reason);
        }

        _inbound.Complete();
        _disconnected.TrySetResult(reason);
        _wake.Dispose();
        _ended.TrySetResult();
    }

    /// <summary>Connects and serves the connection to its end. What it returns counts only where the broker has not answered.</summary>
    private ConnectResult Connect()
    {
        string? password = _options.PasswordFile is null ? null : PasswordFile.Read(_options.PasswordFile);
        using var client = new MosquittoClient(_options, this);
        int error = client.Configure(_options, password);
        if (error != MosquittoError.Success)
        {
            string fault = _libraryError ?? MosquittoError.Describe(error);
            return new ConnectResult(ConnectOutcome.Refused, false, $"The settings cannot be used: {fault} Check the certificate files, the user name and the will.");
        }

        error = client.Connect(_options, out int systemError);
        if (error == MosquittoError.Success && !_stopping)
        {
            error = Serve(client, out systemError);
        }

        string cause = error == MosquittoError.Tls && _libraryError is not null ? _libraryError.TrimEnd('.') + "." : MosquittoError.Describe(error, systemError);
        if (error != MosquittoError.Success)
        {
            _endReason ??= cause;
        }

        return new ConnectResult(ConnectOutcome.Unreachable, false, error switch
        {
            MosquittoError.Success => _endReason ?? "The connection was closed.",
            MosquittoError.ConnectionLost => "The connection was closed before an answer came. Check that the port speaks MQTT, and with or without TLS as set here.",
            MosquittoError.Tls => $"TLS failed: {cause} Check the certificate files and the host name.",
            _ => $"{cause} Start the broker, or correct host and port.",
        });
    }

    /// <summary>Reads and writes until the connection ends (an error, or success after an orderly end).</summary>
    private int Serve(MosquittoClient client, out int systemError)
    {
        systemError = 0;
        while (client.Socket >= 0 && _endReason is null)
        {
            if (_stopping)
            {
                Leave(client);
                return MosquittoError.Success;
            }

            int error = SendRequests(client);
            if (error == MosquittoError.Success)
            {
                error = ReadAndWrite(client, out systemError);
            }

            if (error != MosquittoError.Success)
            {
                return error;
            }
        }

        return MosquittoError.Success;
    }

    private int SendRequests(MosquittoClient client)
    {
        while (_answered && _open.Count < OpenRequestLimit && _requests.Take() is { } request)
        {
            if (request.IsAbandoned)
            {
                continue;
            }

            int error;
            int packetId;
            try
            {
                _answeredEarly = null;
                _sending = true;
                error = request.Send(client, out packetId);
            }
            catch (Exception e)
            {
                request.Lose(e.Message);
                throw;
            }
            finally
            {
                _sending = false;
            }

            if (MosquittoError.EndsConnection(error))
            {
                request.Lose(MosquittoError.Describe(error));
                return error;
            }

            if (error == MosquittoError.Success && _answeredEarly == packetId)
            {
                // What is sent at most once is done with as soon as it is written, which may be before its packet id is known here.
                request.Answer(0);
            }
            else if (error == MosquittoError.Success)
            {
                _open[packetId] = request;
            }
            else
            {
                request.Refuse(error == MosquittoError.OversizePacket ? ReasonCodes.Describe(ReasonCodes.PacketTooLarge) : MosquittoError.Describe(error));
            }
        }

        return MosquittoError.Success;
    }

    private int ReadAndWrite(MosquittoClient client, out int systemError)
    {
        // Not reading is how a reader that falls behind slows the broker down. But a handler may be waiting for the answer to its own
        // publish, and that answer stands behind the unread messages in the same stream: while an answer is due, reading goes on.
        bool read = !_inbound.IsFull || _open.Count > 0 || !_requests.IsEmpty;
        bool write = client.WantsWrite;
        (bool readable, bool writable) = Wait(client.Socket, read, write);
        systemError = 0;
        int error = MosquittoError.Success;

        // TLS keeps decrypted bytes that poll cannot see, and its handshake continues by reading even when it waits for room to write.
        if (readable || (read && _options.CaFile is not null))
        {
            error = client.Read(out systemError);
        }

        if (error == MosquittoError.Success && writable && client.Socket >= 0)
        {
            error = client.Write(out systemError);
        }

        return error == MosquittoError.Success && client.Socket >= 0 ? client.KeepAlive() : error;
    }

    private unsafe (bool Readable, bool Writable) Wait(int socket, bool read, bool write)
    {
        LibC.PollDescriptor* descriptors = stackalloc LibC.PollDescriptor[2];
        descriptors[0] = new LibC.PollDescriptor
        {
            Descriptor = socket,
            Events = (short)((read ? LibC.Readable : 0) | (write ? LibC.Writable : 0)),
        };
        descriptors[1] = new LibC.PollDescriptor { Descriptor = _wake.Descriptor, Events = LibC.Readable };
        if (LibC.Poll(descriptors, 2, TickMilliseconds) <= 0)
        {
            return (false, false);
        }

        if (descriptors[1].Returned != 0)
        {
            _wake.Clear();
        }

        return ((descriptors[0].Returned & (LibC.Readable | LibC.Broken)) != 0, (descriptors[0].Returned & LibC.Writable) != 0);
    }

    /// <summary>Says goodbye, so that the broker does not send the will, and gives the network a moment to take it.</summary>
    private void Leave(MosquittoClient client)
    {
        const int attempts = 10;
        _ = client.Disconnect();
        for (int i = 0; i < attempts && client.Socket >= 0 && client.WantsWrite; i++)
        {
            (_, bool writable) = Wait(client.Socket, false, true);
            if (writable)
            {
                _ = client.Write(out _);
            }
        }

        _endReason = "The connection was closed by this client.";
    }
}
