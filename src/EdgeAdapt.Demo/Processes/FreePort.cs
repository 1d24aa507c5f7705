using System.Net;
using System.Net.Sockets;

namespace EdgeAdapt.Demo.Processes;

/// <summary>TCP ports of the loopback interface.</summary>
internal static class FreePort
{
    /// <summary>A port that nothing listens on now. Another program may take it before the caller does: be ready to ask again.</summary>
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Whether something accepts connections on a port.</summary>
    public static async Task<bool> IsListeningAsync(int port, CancellationToken cancellation)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
