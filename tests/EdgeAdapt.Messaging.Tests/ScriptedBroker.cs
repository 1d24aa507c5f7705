using System.Net;
using System.Net.Sockets;

namespace EdgeAdapt.Messaging.Tests;

/// <summary>A broker that sends byte for byte what a test says, for answers that a real one gives only under special rules.</summary>
internal sealed class ScriptedBroker : IDisposable
{
    /// <summary>CONNACK, accepted, no session, no properties.</summary>
    public static readonly byte[] Accept = [0x20, 3, 0, 0, 0];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private NetworkStream? _stream;

    public ScriptedBroker() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Takes a connection, reads its CONNECT and answers.</summary>
    /// <returns>What follows the length of the CONNECT.</returns>
    public async Task<byte[]> AcceptAsync(byte[] answer)
    {
        _stream = new NetworkStream(await _listener.AcceptSocketAsync().Reasonable(), true);
        (_, byte[] connect) = await ReadPacketAsync();
        await SendAsync(answer);
        return connect;
    }

    /// <summary>Reads one packet: its first byte, and what follows the length.</summary>
    public async Task<(byte Type, byte[] Body)> ReadPacketAsync()
    {
        byte type = await ReadByteAsync();
        int length = 0;
        byte digit;
        int shift = 0;
        do
        {
            digit = await ReadByteAsync();
            length |= (digit & 0x7F) << shift;
            shift += 7;
        }
        while ((digit & 0x80) != 0);

        byte[] body = new byte[length];
        await _stream!.ReadExactlyAsync(body).AsTask().Reasonable();
        return (type, body);
    }

    public Task SendAsync(params byte[] bytes) => _stream!.WriteAsync(bytes).AsTask().Reasonable();

    public void Dispose()
    {
        _stream?.Dispose();
        _listener.Dispose();
    }

    private async Task<byte> ReadByteAsync()
    {
        byte[] one = new byte[1];
        await _stream!.ReadExactlyAsync(one).AsTask().Reasonable();
        return one[0];
    }
}
