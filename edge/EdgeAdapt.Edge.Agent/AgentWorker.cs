using EdgeAdapt.Edge.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Agent;

/// <summary>Runs the agent inside the host, and ends the host when the agent ends.</summary>
internal sealed partial class AgentWorker(EdgeAgent agent, IHostApplicationLifetime lifetime, ILogger<AgentWorker> logger) : BackgroundService
{
    /// <summary>0 after a regular end, 1 after a failure.</summary>
    public int ExitStatus { get; private set; }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await agent.RunAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Nothing that a device meets comes here, so it is a defect: say so with its trace and let the supervisor start the process anew.
            ExitStatus = 1;
            Failed(logger, e);
        }
        finally
        {
            lifetime.StopApplication();
        }
    }

    [LoggerMessage(Contracts.EventIds.EdgeAgent + 10, LogLevel.Critical, "The agent failed and ends")]
    private static partial void Failed(ILogger logger, Exception exception);
}
