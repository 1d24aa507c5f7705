using EdgeAdapt.Edge.Core;
using EdgeAdapt.Edge.Core.Preflight;
using EdgeAdapt.Edge.Core.Resources;
using EdgeAdapt.Messaging;

namespace EdgeAdapt.Edge.Agent.Validation;

/// <summary>Checks settings and everything they name, without running an agent.</summary>
internal static class AgentValidation
{
    /// <summary>Runs all checks.</summary>
    /// <param name="configFile">The settings file, or null.</param>
    /// <param name="flags">Settings of the command line by name.</param>
    /// <param name="connect">Makes a connection to a broker.</param>
    /// <param name="cancellationToken">Ends them early.</param>
    public static async Task<ValidationReport> RunAsync(
        string? configFile, IReadOnlyDictionary<string, string?> flags, Func<IMqttTransport> connect, CancellationToken cancellationToken)
    {
        AgentConfiguration configuration;
        AgentOptionsReader reader;
        EdgeAgentOptions options;
        IReadOnlyList<string> faults;
        try
        {
            configuration = AgentConfiguration.Load(configFile, flags);
            reader = new AgentOptionsReader(configuration, ControlGroup.Open().Limits());
            options = reader.ReadAll(out faults);
        }
        catch (Exception e)
        {
            // What stands in it is unknown, and with it what there would be to check. Not thrown on: the process would end with the status of warnings.
            return new ValidationReport([new CheckFinding("settings", CheckResult.Failure, e.Message)]);
        }

        List<CheckFinding> findings = [.. faults.Select(f => new CheckFinding("settings", CheckResult.Failure, f))];
        if (findings.Count == 0)
        {
            findings.Add(new CheckFinding("settings", CheckResult.Ok, configuration.Origin));
        }

        if (reader.Lowered.Count > 0)
        {
            findings.Add(new CheckFinding("defaults", CheckResult.Ok, $"what this device allows lowers {string.Join(", ", reader.Lowered)}"));
        }

        findings.AddRange(await new AgentPreflight(connect, TimeProvider.System).RunAsync(options, cancellationToken).ConfigureAwait(false));
        if (reader.Server is { } server)
        {
            findings.Add(PortCheck.Run(server, AgentPreflight.IsAgentRunning(options.State)));
        }

        return new ValidationReport(findings);
    }
}
