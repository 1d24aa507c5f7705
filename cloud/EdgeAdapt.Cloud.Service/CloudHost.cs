using EdgeAdapt.Storage;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeAdapt.Cloud.Service.Api;
using EdgeAdapt.Cloud.Service.Settings;
using EdgeAdapt.Cloud.Core.Tracing;
using EdgeAdapt.Messaging;
using EdgeAdapt.Observability.Otlp;
using Microsoft.Extensions.Logging.Console;

namespace EdgeAdapt.Cloud.Service;

/// <summary>Builds and runs the ASP.NET Core host.</summary>
public static class CloudHost
{
    private const int Failure = 1;

    /// <summary>Runs the service until it is told to stop (SIGTERM, SIGINT or the token).</summary>
    /// <returns>0 after a clean stop, 1 after a failure, 2 where the state folder or an address cannot be used.</returns>
    public static async Task<int> RunAsync(CloudSetup setup, CancellationToken cancellationToken)
    {
        WebApplication app;
        try
        {
            app = Build(setup, MqttTransports.Default, TimeProvider.System);
        }
        catch (Exception e) when (e is StateFolderException or IOException)
        {
            await Console.Error.WriteLineAsync($"The cloud service cannot start: {e.Message}").ConfigureAwait(false);
            return CloudCommand.UsageFault;
        }

        await using (app.ConfigureAwait(false))
        {
            using OtlpExport? export = Export(setup);
            try
            {
                await app.StartAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
            {
                await Console.Error.WriteLineAsync(
                    $"The cloud service cannot listen on {string.Join(" and ", setup.Urls)}: {e.Message} Give --urls a free port and an address of this machine.").ConfigureAwait(false);
                return CloudCommand.UsageFault;
            }

            CloudRuntime runtime = app.Services.GetRequiredService<CloudRuntime>();
            app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("EdgeAdapt.Cloud").Started(
                setup.Manifest.Name, setup.Student.Model.Sha256, setup.Teacher.Model.Sha256, setup.Tenant, runtime.Sessions.All.Count, string.Join(" ", app.Urls));
            await app.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
            return app.Services.GetRequiredService<CloudWorker>().HasFailed ? Failure : 0;
        }
    }

    private static OtlpExport? Export(CloudSetup setup) => setup.Otlp is null && !OtlpExport.IsInEnvironment ? null : OtlpExport.Start(
        setup.Otlp,
        new OtlpTarget(
            "edgeadapt-cloud", typeof(CloudHost).Assembly.GetName().Version?.ToString(3), setup.Manifest.Name,
            new Dictionary<string, object> { ["edgeadapt.tenant"] = setup.Tenant, ["edgeadapt.model"] = setup.Manifest.Name }, [CloudTracing.Name, "System.Runtime"]));

    /// <summary>Builds the host; whoever calls starts, stops and disposes it.</summary>
    /// <param name="setup">What to serve.</param>
    /// <param name="connect">Makes connections to the broker.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="StateFolderException">The state folder cannot be used.</exception>
    public static WebApplication Build(CloudSetup setup, Func<IMqttTransport> connect, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(setup);

        // No settings from files beside the program or from the environment: what the command line says is all there is.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "EdgeAdapt.Cloud.Service" });
        builder.WebHost.UseKestrelCore().UseUrls([.. setup.Urls]);
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);

        // It logs the stack of a failed start, which says nothing to who gave a busy port; RunAsync says it in a sentence.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        IServiceCollection services = builder.Services;
        services.AddRoutingCore();
        services.AddProblemDetails();
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        });
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(60));
        services.AddSingleton(time);
        services.AddSingleton(provider => new CloudRuntime(setup, connect, time, provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<CloudWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<CloudWorker>());
        WebApplication app = builder.Build();
        try
        {
            // Now rather than at the first request: a state folder in use is a fault of the start.
            _ = app.Services.GetRequiredService<CloudRuntime>();
        }
        catch
        {
            app.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }

        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapHealth();
        app.MapModels();
        app.MapGroups();
        return app;
    }
}
