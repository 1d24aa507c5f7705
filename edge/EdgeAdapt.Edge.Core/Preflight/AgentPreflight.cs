using EdgeAdapt.Edge.Core.Resources;
using EdgeAdapt.Messaging;

namespace EdgeAdapt.Edge.Core.Preflight;

/// <summary>
/// Checks everything that an agent needs, as far as that goes without running it, and leaves nothing behind: no folder, no session at the broker, no
/// message. What is missing altogether is a fault of the options and not looked at again.
/// </summary>
/// <param name="connect">Makes a connection to a broker.</param>
/// <param name="time">Times runs of the model, and says when certificates end.</param>
public sealed class AgentPreflight(Func<IMqttTransport> connect, TimeProvider time)
{
    /// <summary>Runs all checks, one after the other; a broker that is silent holds them up for at most half a minute.</summary>
    /// <param name="options">What the agent would be told; may have faults.</param>
    /// <param name="cancellationToken">Ends them early with <see cref="OperationCanceledException"/>.</param>
    public async Task<IReadOnlyList<CheckFinding>> RunAsync(EdgeAgentOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<CheckFinding> findings = [];
        using var model = new ModelCheck(options);
        findings.AddRange(model.Run());
        findings.AddRange(await SourceCheck.RunAsync(options, model, time, cancellationToken).ConfigureAwait(false));
        findings.AddRange(MemoryCheck.Run(options, ControlGroup.Open().Limits(), new ProcessUse().PeakResidentBytes));
        findings.AddRange(StateCheck.Run(options));
        findings.AddRange(KeyCheck.Run(options));
        if (options.Broker is { } broker && broker.Faults().Count == 0)
        {
            findings.AddRange(CertificateCheck.OfDevice(broker, time));
            findings.AddRange(await new BrokerCheck(connect, time).RunAsync(options, broker, model.Name, cancellationToken).ConfigureAwait(false));
        }

        return findings;
    }

    /// <summary>Whether another process holds the state folder: then an agent runs with it.</summary>
    public static bool IsAgentRunning(string stateFolder) => StateCheck.IsHeld(stateFolder);
}
