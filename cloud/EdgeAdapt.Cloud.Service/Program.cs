using EdgeAdapt.Cloud.Service.Settings;

namespace EdgeAdapt.Cloud.Service;

/// <summary>The process.</summary>
public static class Program
{
    /// <summary>Runs the service, or says on standard error why it cannot.</summary>
    /// <returns>0 after a clean stop, 1 after a failure, 2 where the command line or what it names cannot be used.</returns>
    public static Task<int> Main(string[] args) => CloudCommand.Create(RunAsync).Parse(args).InvokeAsync();

    private static async Task<int> RunAsync(CloudSettings settings, CancellationToken cancellationToken)
    {
        if (CloudSettingsCheck.TryLoad(settings, out IReadOnlyList<string> faults) is not { } setup)
        {
            await Console.Error.WriteLineAsync("The cloud service cannot start:").ConfigureAwait(false);
            foreach (string fault in faults)
            {
                await Console.Error.WriteLineAsync($"  - {fault}").ConfigureAwait(false);
            }

            return CloudCommand.UsageFault;
        }

        return await CloudHost.RunAsync(setup, cancellationToken).ConfigureAwait(false);
    }
}
