using System.Net;
using System.Net.Sockets;

namespace EdgeAdapt.EndToEnd.Tests.Faults;

/// <summary>A line between clients and a broker on loopback, which can be cut at any byte. Thread safe.</summary>
internal sealed class FaultRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _brokerPort;
    private readonly Lock _gate = new();
    private readonly HashSet<RelayLink> _links = [];
    private readonly List<(RelayDirection Direction, int Bytes, TaskCompletionSource Seen)> _waiting = [];
    private readonly Task _accepting;
    private RelayCut? _cut;
    private TaskCompletionSource _over = new();
    private int _left;
    private bool _refusing;

    /// <summary>Listens on a port of its own.</summary>
    /// <param name="brokerPort">The broker's port; the broker need not be there.</param>
    public FaultRelay(int brokerPort)
    {
        _brokerPort = brokerPort;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients connect.</summary>
    public int Port { get; }

    /// <summary>Cuts the line when the bytes have passed; ends when the fault is over.</summary>
    public Task CutAsync(RelayCut cut)
    {
        lock (_gate)
        {
            (_cut, _left) = (cut, cut.After);
            _over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _over.Task;
        }
    }

    /// <summary>Ends at the next piece of so many bytes, just before it is passed on.</summary>
    public Task NextAsync(RelayDirection direction, int bytes)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiting.Add((direction, bytes, seen));
        }

        return seen.Task;
    }

    /// <summary>Asks what becomes of a piece.</summary>
    /// <returns>How many of its bytes pass, and the fault that the others meet, if any.</returns>
    internal (int Passing, RelayCut? Cut) Meet(RelayDirection direction, int bytes)
    {
        lock (_gate)
        {
            foreach ((RelayDirection _, int _, TaskCompletionSource seen) in _waiting.Where(w => w.Direction == direction && bytes >= w.Bytes))
            {
                seen.TrySetResult();
            }

            _waiting.RemoveAll(w => w.Seen.Task.IsCompleted);
            if (_cut is null || _cut.Direction != direction || bytes <= _left)
            {
                _left -= _cut?.Direction == direction ? bytes : 0;
                return (bytes, null);
            }

            (RelayCut cut, int passing) = (_cut, _left);
            _cut = null;
            _refusing = cut.Kind != RelayCutKind.Hold;
            return (passing, cut);
        }
    }

    /// <summary>A fault is over: connections are welcome again.</summary>
    internal void End()
    {
        lock (_gate)
        {
            _refusing = false;
            _over.TrySetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        RelayLink[] links;
        lock (_gate)
        {
            links = [.. _links];
        }

        Array.ForEach(links, l => l.Reset());
        await Task.WhenAll(links.Select(l => l.Ended));
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }

            lock (_gate)
            {
                if (!_refusing)
                {
                    var link = new RelayLink(this, client, _brokerPort);
                    _links.Add(link);
                    link.Start(() =>
                    {
                        lock (_gate)
                        {
                            _links.Remove(link);
                        }
                    });
                    continue;
                }
            }

            RelayLink.Reset(client);
        }
    }
}
