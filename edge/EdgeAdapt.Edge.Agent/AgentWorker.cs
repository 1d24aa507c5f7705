using EdgeAdapt.Edge.Core;
using EdgeAdapt.Edge.Server;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Agent;

/// <summary>Runs the agent inside the host, with the server of its model where there is one, and ends the host when the agent ends.</summary>
internal sealed partial class AgentWorker(EdgeAgent agent, IHostApplicationLifetime lifetime, ILoggerFactory loggers, ILogger<AgentWorker> logger) : BackgroundService
{
    private InferenceServer? _server;

    /// <summary>0 after a regular end, 1 after a failure.</summary>
    public int ExitStatus { get; private set; }

    /// <summary>Starts to answer requests, for as long as the agent runs.</summary>
    /// <exception cref="EdgeAgentException">The address cannot be listened on.</exception>
    public async Task ListenAsync(ServerOptions options)
    {
        try
        {
            _server = await InferenceServer.StartAsync(agent.Model, options, TimeProvider.System, loggers).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new EdgeAgentException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var stopAgent = new CancellationTokenSource();
            Task run = agent.RunAsync(stopAgent.Token);
            await Task.WhenAny(run, Task.Delay(Timeout.InfiniteTimeSpan, stoppingToken)).ConfigureAwait(false);

            // Before the agent: requests under way are answered, and their images are kept.
            if (_server is not null)
            {
                await _server.DisposeAsync().ConfigureAwait(false);
            }

            await stopAgent.CancelAsync().ConfigureAwait(false);
            await run.ConfigureAwait(false);
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
