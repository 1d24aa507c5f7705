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
        await AddAsync(findings, "model", () => Task.FromResult(model.Run())).ConfigureAwait(false);
        await AddAsync(findings, "source", async () => await SourceCheck.RunAsync(options, model, time, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        await AddAsync(findings, "memory", () => Task.FromResult(MemoryCheck.Run(options, ControlGroup.Open().Limits(), new ProcessUse().PeakResidentBytes))).ConfigureAwait(false);
        await AddAsync(findings, "state", () => Task.FromResult(StateCheck.Run(options))).ConfigureAwait(false);
        await AddAsync(findings, "keys", () => Task.FromResult(KeyCheck.Run(options))).ConfigureAwait(false);
        if (options.Broker is { } broker && broker.Faults().Count == 0)
        {
            await AddAsync(findings, "certificate", () => Task.FromResult(CertificateCheck.OfDevice(broker, time))).ConfigureAwait(false);
            await AddAsync(
                findings, "broker", async () => await new BrokerCheck(connect, time).RunAsync(options, broker, model.Name, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }

        return findings;
    }

    /// <summary>Whether another process holds the state folder: then an agent runs with it.</summary>
    public static bool IsAgentRunning(string stateFolder) => StateCheck.IsHeld(stateFolder);

    /// <summary>Adds what a check finds. One that fails itself is a finding, and the others are made all the same.</summary>
    private static async Task AddAsync(List<CheckFinding> findings, string check, Func<Task<IEnumerable<CheckFinding>>> run)
    {
        try
        {
            findings.AddRange(await run().ConfigureAwait(false));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            findings.Add(CheckFinding.Fail(check, $"Could not be checked: {e.GetType().Name}, {e.Message} Correct what it names, or report it as a defect."));
        }
    }
}
