using EdgeAdapt.Cloud.Service;
using EdgeAdapt.Cloud.Service.Settings;

namespace EdgeAdapt.EndToEnd.Tests.Faults;

/// <summary>The cloud service, whole: ingest, store, training, REST interface.</summary>
internal static class CloudProgram
{
    // Fewer than the service keeps at least, so that it deletes what is older than that and has to know it by its id alone.
    private const int ReplayCapacity = 256;

    public static async Task<int> RunAsync(string state, int port, string student, string teacher)
    {
        var settings = new CloudSettings
        {
            Student = student,
            Teacher = teacher,
            Broker = $"127.0.0.1:{port}",
            State = state,
            Urls = "http://127.0.0.1:0",
            Threads = 1,
        };
        if (CloudSettingsCheck.TryLoad(settings, out IReadOnlyList<string> faults) is not { } setup)
        {
            await Console.Error.WriteLineAsync(string.Join('\n', faults));
            return CloudCommand.UsageFault;
        }

        setup = setup with { Broker = FaultTimes.Hasten(setup.Broker), Options = setup.Options with { ReplayCapacity = ReplayCapacity } };
        return await CloudHost.RunAsync(setup, CancellationToken.None);
    }
}
