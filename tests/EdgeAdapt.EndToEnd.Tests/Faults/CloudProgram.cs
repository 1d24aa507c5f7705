using EdgeAdapt.Cloud.Service;
using EdgeAdapt.Cloud.Service.Settings;

namespace EdgeAdapt.EndToEnd.Tests.Faults;

/// <summary>The cloud service, whole: ingest, store, training, REST interface.</summary>
internal static class CloudProgram
{
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

        return await CloudHost.RunAsync(setup with { Broker = FaultTimes.Hasten(setup.Broker) }, CancellationToken.None);
    }
}
