using System.Net;
using System.Net.Sockets;

namespace EdgeAdapt.EndToEnd.Tests.Faults;

/// <summary>One connection through a relay: two sockets and the bytes between them.</summary>
internal sealed class RelayLink(FaultRelay relay, Socket client, int brokerPort) : IDisposable
{
    private const int Piece = 16 << 10;
    private readonly Socket _broker = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly bool[] _swallowing = new bool[2];
    private volatile Task _held = Task.CompletedTask;

    /// <summary>Ends with the connection.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Begins to pass bytes on.</summary>
    /// <param name="ended">Called when the connection has ended.</param>
    public void Start(Action ended) => Ended = Task.Run(async () =>
    {
        await RunAsync();
        ended();
    });

    /// <summary>Ends the connection with a reset at both ends.</summary>
    public void Reset()
    {
        Reset(client);
        Reset(_broker);
    }

    /// <summary>Ends the connection in good order at both ends.</summary>
    public void Dispose()
    {
        client.Dispose();
        _broker.Dispose();
    }

    /// <summary>Ends a connection so that its other end sees a reset.</summary>
    public static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has ended already.
        }

        socket.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            client.NoDelay = true;
            _broker.NoDelay = true;
            await _broker.ConnectAsync(IPAddress.Loopback, brokerPort);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Reset();
            return;
        }

        await Task.WhenAll(PassAsync(client, _broker, RelayDirection.ToBroker), PassAsync(_broker, client, RelayDirection.ToClient));
        Dispose();
    }

    private async Task PassAsync(Socket from, Socket to, RelayDirection direction)
    {
        byte[] buffer = new byte[Piece];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var read)
            {
                (int passing, RelayCut? cut) = relay.Meet(direction, read);
                await _held;
                await SendAsync(to, buffer.AsMemory(0, passing), direction);
                if (cut is not null)
                {
                    await SufferAsync(cut, to);
                    await SendAsync(to, buffer.AsMemory(passing, read - passing), direction);
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One end is gone, so the other is told as the system would tell it.
            Reset();
        }
    }

    private async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes, RelayDirection direction)
    {
        while (bytes.Length > 0 && !Volatile.Read(ref _swallowing[(int)direction]))
        {
            bytes = bytes[await to.SendAsync(bytes)..];
        }
    }

    /// <summary>Lets a fault happen; returns when bytes of its direction are received again, passed on or not.</summary>
    private async Task SufferAsync(RelayCut cut, Socket to)
    {
        switch (cut.Kind)
        {
            case RelayCutKind.Reset:
                Reset();
                await Task.Delay(cut.Lasting);
                relay.End();
                break;
            case RelayCutKind.Close:
                Dispose();
                await Task.Delay(cut.Lasting);
                relay.End();
                break;
            case RelayCutKind.Hold or RelayCutKind.HoldAndReset:
                var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _held = release.Task;
                await Task.Delay(cut.Lasting);
                if (cut.Kind == RelayCutKind.HoldAndReset)
                {
                    Reset();
                }

                release.SetResult();
                relay.End();
                break;
            case RelayCutKind.HalfClose or RelayCutKind.Swallow:
                Volatile.Write(ref _swallowing[(int)cut.Direction], true);
                if (cut.Kind == RelayCutKind.HalfClose)
                {
                    to.Shutdown(SocketShutdown.Send);
                }

                _ = ResetLaterAsync(cut.Lasting);
                break;
        }
    }

    private async Task ResetLaterAsync(TimeSpan delay)
    {
        await Task.Delay(delay);
        Reset();
        relay.End();
    }
}
