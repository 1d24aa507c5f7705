using System.Net.Sockets;
using EdgeAdapt.Edge.Core.Preflight;
using EdgeAdapt.Edge.Server;

namespace EdgeAdapt.Edge.Agent.Validation;

/// <summary>Whether the server could listen.</summary>
internal static class PortCheck
{
    private const string Name = "http";

    /// <summary>Looks.</summary>
    /// <param name="server">How the server would listen.</param>
    /// <param name="isRunning">Whether an agent runs with these settings; the port is probably its own then.</param>
    public static CheckFinding Run(ServerOptions server, bool isRunning)
    {
        try
        {
            using var listener = new TcpListener(server.Address);
            listener.Start();
            return new CheckFinding(Name, CheckResult.Ok, $"{server.Address} is free");
        }
        catch (SocketException e)
        {
            bool own = isRunning && e.SocketErrorCode == SocketError.AddressAlreadyInUse;
            return new CheckFinding(Name, own ? CheckResult.Warning : CheckResult.Failure, own
                ? $"{server.Address} is taken, probably by the agent that runs. Stop it before another is started."
                : $"Cannot listen on {server.Address}: {e.Message}. Give --http a free port and an address of this machine.");
        }
    }
}
