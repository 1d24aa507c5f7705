using System.Net.Sockets;
using EdgeAdapt.Edge.Core.Serving;
using EdgeAdapt.Edge.Server.Endpoints;
using EdgeAdapt.Edge.Server.Page;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Server;

/// <summary>
/// Answers requests of the Open Inference Protocol v2 over HTTP with an agent's model. Runs from its start to its disposal, which lets requests
/// under way finish; dispose it before the agent.
/// </summary>
public sealed class InferenceServer : IAsyncDisposable
{
    private const int MaximumConnections = 256;
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(10);
    private readonly WebApplication _app;
    private readonly InferenceService _service;
    private readonly ILogger _logger;

    private InferenceServer(WebApplication app, InferenceService service, ILogger logger)
    {
        _app = app;
        _service = service;
        _logger = logger;
    }

    /// <summary>Where it listens, for example <c>http://127.0.0.1:8080</c>; with the port that was free where the options left it open.</summary>
    public Uri Address => new(_app.Urls.First());

    /// <summary>Starts a server.</summary>
    /// <param name="model">The model; its agent outlives the server.</param>
    /// <param name="options">How to listen.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="loggers">Makes loggers; not disposed by the server.</param>
    /// <exception cref="ArgumentException">The options have faults.</exception>
    /// <exception cref="IOException">The address cannot be listened on; the message names the remedy.</exception>
    public static async Task<InferenceServer> StartAsync(DeviceModel model, ServerOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Faults().FirstOrDefault() is { } fault)
        {
            throw new ArgumentException(fault, nameof(options));
        }

        ILogger logger = loggers.CreateLogger<InferenceServer>();
        var service = new InferenceService(model, options, time, logger);
        WebApplication app = Build(service, options, time, loggers, logger);
        var server = new InferenceServer(app, service, logger);
        try
        {
            await app.StartAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await app.DisposeAsync().ConfigureAwait(false);
            await service.DisposeAsync().ConfigureAwait(false);
            throw e is IOException or SocketException ? new IOException($"Cannot listen on {options.Address}: {e.Message} Give --http a free port and an address of this machine.", e) : e;
        }

        ServerLog.Listening(logger, model.Name, server.Address.ToString());
        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync().ConfigureAwait(false);
        _service.Model.Answers.HoldsLatest = false;
        await _app.DisposeAsync().ConfigureAwait(false);
        await _service.DisposeAsync().ConfigureAwait(false);
        ServerLog.Stopped(_logger, _service.Answered, _service.Refused, _service.LeftOut);
    }

    private static WebApplication Build(InferenceService service, ServerOptions options, TimeProvider time, ILoggerFactory loggers, ILogger logger)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "EdgeAdapt.Edge.Server" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(options.Address);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaximumConnections;
            kestrel.Limits.MaxRequestBodySize = options.MaximumRequestBytes;
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);

        // The agent's host takes the signals, and says when this one ends.
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        builder.Services.AddSingleton<ILoggerFactory>(new QuietLoggers(loggers));
        WebApplication app = builder.Build();
        var guard = new RequestGuard(options);
        app.Use(new ErrorAnswers(guard, logger).InvokeAsync);
        app.MapHealth(service);
        app.MapMetrics(service.Metrics);
        app.MapModels(service, options);
        app.MapParameters(service, guard, options, time);
        app.MapRepository(service, guard, logger);
        if (options.Page)
        {
            app.MapPage();
            app.MapDevice(service, guard, options, time, logger);
        }

        service.Model.Answers.HoldsLatest = options is { Page: true, PagePictures: true };
        return app;
    }

    private sealed class OwnedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>The agent's loggers for the framework's own messages, of which only warnings are news to an operator.</summary>
    private sealed class QuietLoggers(ILoggerFactory inner) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => categoryName.StartsWith("Microsoft.Extensions.Hosting", StringComparison.Ordinal)
            ? Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance
            : new WarningLogger(inner.CreateLogger(categoryName));

        public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

        public void Dispose()
        {
            // The agent's.
        }
    }

    private sealed class WarningLogger(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
