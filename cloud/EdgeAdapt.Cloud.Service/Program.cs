using System.CommandLine;
using EdgeAdapt.Cloud.Service.Settings;

namespace EdgeAdapt.Cloud.Service;

/// <summary>The process.</summary>
public static class Program
{
    private const string CommandName = "edgeadapt cloud";

    /// <summary>Runs the service, or says on standard error why it cannot.</summary>
    /// <returns>0 after a clean stop, 1 after a failure, 2 where the command line or what it names cannot be used.</returns>
    public static async Task<int> Main(string[] args)
    {
        RootCommand command = CloudCommand.Create(RunAsync);
        ParseResult parsed = command.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            return await RefuseAsync([.. parsed.Errors.Select(e => e.Message), $"`{CommandName} --help` lists the options and an example."]).ConfigureAwait(false);
        }

        // Signals are the host's: the command line library would end the process two seconds after one, in the middle of a step.
        // The launcher is what users call; the name of this file would only mislead them.
        using var output = new StringWriter();
        int code = await parsed.InvokeAsync(new InvocationConfiguration { Output = output, ProcessTerminationTimeout = null }).ConfigureAwait(false);
        await Console.Out.WriteAsync(output.ToString().Replace($"{command.Name} [options]", $"{CommandName} [options]", StringComparison.Ordinal)).ConfigureAwait(false);
        return code;
    }

    private static async Task<int> RunAsync(CloudSettings settings, CancellationToken cancellationToken) =>
        CloudSettingsCheck.TryLoad(settings, out IReadOnlyList<string> faults) is { } setup
            ? await CloudHost.RunAsync(setup, cancellationToken).ConfigureAwait(false)
            : await RefuseAsync(faults).ConfigureAwait(false);

    private static async Task<int> RefuseAsync(IReadOnlyList<string> faults)
    {
        await Console.Error.WriteLineAsync("The cloud service cannot start:").ConfigureAwait(false);
        foreach (string fault in faults)
        {
            await Console.Error.WriteLineAsync($"  - {fault}").ConfigureAwait(false);
        }

        return CloudCommand.UsageFault;
    }
}
