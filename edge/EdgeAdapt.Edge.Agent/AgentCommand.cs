using System.CommandLine;
using System.CommandLine.Help;
using EdgeAdapt.Edge.Agent.Reloading;
using EdgeAdapt.Edge.Agent.Validation;
using EdgeAdapt.Edge.Core;
using EdgeAdapt.Edge.Core.Metrics;
using EdgeAdapt.Edge.Core.Resources;
using EdgeAdapt.Edge.Core.Serving;
using EdgeAdapt.Edge.Core.Uplink;
using EdgeAdapt.Messaging;
using EdgeAdapt.Observability.Otlp;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Agent;

/// <summary>The command line of the agent.</summary>
internal static class AgentCommand
{
    /// <summary>Exit status of a run that could not start with what it was told, or with the files, disks and addresses that this names.</summary>
    public const int Misuse = 2;

    private const string Description = """
        Runs the edge agent: answers frames with an ONNX classifier, adapts its normalization statistics, uploads the few frames worth
        learning from, and swaps in parameter sets without dropping an answer. Ends at SIGTERM, or when a finite source is exhausted.

        Example:
          edgeadapt edge --model resnet20.onnx --source frames.npy --rate 50 --broker 127.0.0.1:1883 --device cam-1 --state ./cam-1

        Example that answers requests of the Open Inference Protocol v2:
          edgeadapt edge --model resnet20.onnx --broker none --device cam-1 --state ./cam-1 --http 127.0.0.1:8080
          curl -s 127.0.0.1:8080/v2/models/resnet20/infer -d "{\"inputs\":[{\"name\":\"input\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"$(base64 -w0 picture.jpg)\"]}]}"

        Example that checks settings and all that they name, and starts nothing:
          edgeadapt edge --config cam-1.json --validate

        Every setting may also stand in the file given by --config, as {"model": "resnet20.onnx", "rate": 50}, or in the environment, as
        EDGEADAPT_EDGE_MODEL. The command line wins over the environment, the environment over the file. The file may change while the agent runs
        (it is looked at every second, and at a SIGHUP at once); which settings take effect without a restart stands in docs/operation.md.
        """;

    /// <summary>Parses the command line and runs the agent to its end.</summary>
    /// <returns>0 after a regular end, 1 after a failure, 2 where settings, or what they name, cannot be used now.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var command = new Command("edge", Description) { new HelpOption(), new VersionOption() };
        var config = new Option<string?>("--config") { Description = "A JSON file of settings, by the names of these flags.", HelpName = "FILE" };
        var validate = new Option<bool>("--validate")
        {
            Description = "Check the settings and everything they name (model, source, state folder, keys, broker, port), print what was found, and end: 0 all well, 1 with warnings, 2 with failures.",
        };
        var json = new Option<bool>("--json") { Description = "With --validate: print JSON." };
        command.Options.Add(config);
        command.Options.Add(validate);
        command.Options.Add(json);
        Dictionary<AgentSetting, Option> options = AgentSettings.All.ToDictionary(setting => setting, setting => setting.IsSwitch
            ? (Option)new Option<bool>(setting.Flag) { Description = setting.Description }
            : setting.IsList ? new Option<string[]>(setting.Flag) { Description = setting.Description, HelpName = "VALUE" }
            : new Option<string?>(setting.Flag) { Description = setting.Description, HelpName = "VALUE" });
        foreach (Option option in options.Values)
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            Dictionary<string, string?> flags = options.Where(o => parsed.GetResult(o.Value) is { Implicit: false })
                .ToDictionary(o => o.Key.Name, o => o.Key.IsSwitch ? Text(parsed.GetValue((Option<bool>)o.Value)) : o.Key.IsList ? string.Join(',', parsed.GetValue((Option<string[]>)o.Value) ?? []) : parsed.GetValue((Option<string?>)o.Value), StringComparer.Ordinal);
            if (parsed.GetValue(validate))
            {
                ValidationReport report = await AgentValidation.RunAsync(parsed.GetValue(config), flags, MqttTransports.Default, cancellationToken).ConfigureAwait(false);
                await Console.Out.WriteLineAsync((parsed.GetValue(json) ? report.ToJson() : report.ToText()).TrimEnd()).ConfigureAwait(false);
                return report.ExitStatus;
            }

            return await RunAsync(parsed.GetValue(config), flags).ConfigureAwait(false);
        });

        ParseResult result = command.Parse(args);
        if (result.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync($"{string.Join(Environment.NewLine, result.Errors.Select(e => e.Message))}{Environment.NewLine}See edgeadapt edge --help.").ConfigureAwait(false);
            return Misuse;
        }

        // The host takes the signals: two owners would race for the time to stop.
        return await result.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }).ConfigureAwait(false);
    }

    private static async Task<int> RunAsync(string? configFile, Dictionary<string, string?> flags)
    {
        // Before the model is loaded, which takes seconds: without somebody to take it the signal ends the process.
        using HangUp? hangUp = configFile is null ? null : new HangUp();
        try
        {
            AgentConfiguration configuration = AgentConfiguration.Load(configFile, flags);
            ResourceLimits limits = ControlGroup.Open().Limits();
            var reader = new AgentOptionsReader(configuration, limits);
            EdgeAgentOptions options = reader.Read();
            HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            var threshold = new LogThreshold(reader.LogLevel);
            builder.Logging.SetMinimumLevel(LogLevel.Trace).AddFilter(level => level >= threshold.Level && threshold.Level != LogLevel.None).AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            });
            builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
            builder.Services.Configure<ConsoleLifetimeOptions>(lifetime => lifetime.SuppressStatusMessages = true);
            builder.Services.AddSingleton(services => EdgeAgent.Open(
                options, broker => Connect(broker, services.GetRequiredService<ILoggerFactory>()), TimeProvider.System,
                services.GetRequiredService<ILoggerFactory>().CreateLogger<EdgeAgent>()));
            builder.Services.AddSingleton<AgentWorker>().AddHostedService(services => services.GetRequiredService<AgentWorker>());
            if (configFile is not null && hangUp is not null)
            {
                builder.Services.AddHostedService(services => new SettingsWorker(Reload(services, configFile, flags, configuration, threshold), hangUp, TimeProvider.System));
            }

            IHost host = builder.Build();
            await using (((IAsyncDisposable)host).ConfigureAwait(false))
            {
                // Opened here and not by the host's start, which would wrap a plain fault of the settings into its own failure.
                AgentWorker worker = host.Services.GetRequiredService<AgentWorker>();
                ResourceReport.Write(host.Services.GetRequiredService<ILogger<AgentWorker>>(), limits, new ProcessUse(), reader.Lowered);
                using OtlpExport? export = Export(reader.Otlp, options, host.Services.GetRequiredService<EdgeAgent>().Model);
                if (reader.Server is { } server)
                {
                    await worker.ListenAsync(server).ConfigureAwait(false);
                }

                // Not RunAsync, which disposes the agent: what is exported last is read from it.
                await host.StartAsync().ConfigureAwait(false);
                await host.WaitForShutdownAsync().ConfigureAwait(false);
                return worker.ExitStatus;
            }
        }
        catch (EdgeAgentException e)
        {
            await Console.Error.WriteLineAsync($"edgeadapt edge cannot start:{Environment.NewLine}{e.Message}").ConfigureAwait(false);
            return Misuse;
        }
    }

    private static string Text(bool value) => value ? "true" : "false";

    private static OtlpExport? Export(string? address, EdgeAgentOptions options, DeviceModel model) => address is null && !OtlpExport.IsInEnvironment ? null : OtlpExport.Start(
        address,
        new OtlpTarget(
            "edgeadapt-edge", typeof(AgentCommand).Assembly.GetName().Version?.ToString(3), options.Device,
            new Dictionary<string, object> { ["edgeadapt.tenant"] = options.Tenant, ["edgeadapt.group"] = options.Group, ["edgeadapt.model"] = model.Name },
            [AgentMeter.Name, "EdgeAdapt.Edge.Server", "System.Runtime"]));

    private static SettingsReload Reload(
        IServiceProvider services, string file, IReadOnlyDictionary<string, string?> flags, AgentConfiguration running, LogThreshold threshold)
    {
        EdgeAgent agent = services.GetRequiredService<EdgeAgent>();
        return new SettingsReload(
            file, flags, running,
            async (options, level) =>
            {
                await agent.ReconfigureAsync(options).ConfigureAwait(false);
                threshold.Level = level;
            },
            fault => agent.SettingsFault = fault, services.GetRequiredService<ILogger<SettingsReload>>());
    }

    private static MqttUplink Connect(MqttSessionOptions broker, ILoggerFactory loggers) =>
        new(new MqttSession(MqttTransports.Default, broker, TimeProvider.System, loggers.CreateLogger<MqttSession>()));
}
