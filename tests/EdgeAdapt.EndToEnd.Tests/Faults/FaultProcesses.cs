using System.Globalization;
using EdgeAdapt.Demo.Processes;

namespace EdgeAdapt.EndToEnd.Tests.Faults;

/// <summary>
/// The programs that the fault cycles kill: this test assembly, started with a first argument of its own. They are the product's own parts, put together as its
/// programs do, but for delays between attempts to reconnect: those of the product grow to half a minute, and most cycles would meet an idle line.
/// </summary>
internal static class FaultProcesses
{
    private const string EdgeVerb = "fault-edge";
    private const string CloudVerb = "fault-cloud";

    /// <summary>The entry point of the test assembly; the test runner does not use it.</summary>
    public static async Task<int> Main(string[] args) => args switch
    {
        [EdgeVerb, var state, var port, var modelName, var modelSha256, var first] =>
            await EdgeProgram.RunAsync(state, int.Parse(port, CultureInfo.InvariantCulture), modelName, modelSha256, int.Parse(first, CultureInfo.InvariantCulture)),
        [CloudVerb, var state, var port, var student, var teacher] =>
            await CloudProgram.RunAsync(state, int.Parse(port, CultureInfo.InvariantCulture), student, teacher),
        _ => 2,
    };

    /// <summary>Starts the edge; its journal is its log file.</summary>
    public static ChildProcess StartEdge(string journal, string state, int port, string modelName, string modelSha256, int first) =>
        Start("the edge", journal, [EdgeVerb, state, Text(port), modelName, modelSha256, Text(first)]);

    /// <summary>Starts the cloud service.</summary>
    public static ChildProcess StartCloud(string log, string state, int port, string student, string teacher) =>
        Start("the cloud service", log, [CloudVerb, state, Text(port), student, teacher]);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static ChildProcess Start(string name, string log, string[] arguments) =>
        ChildProcess.Start(new ChildProcessSpec(name, HostPrograms.Runtime, [typeof(FaultProcesses).Assembly.Location, .. arguments], log)
        {
            // A process that lives for a second is never worth optimizing.
            Environment = new Dictionary<string, string> { ["DOTNET_TieredPGO"] = "0" },
        });
}
