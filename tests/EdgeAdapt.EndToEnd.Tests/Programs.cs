using EdgeAdapt.Demo.Processes;

namespace EdgeAdapt.EndToEnd.Tests;

/// <summary>The three programs as this checkout built them.</summary>
internal static class Programs
{
#if EDGEADAPT_NUGET
    public const string Flavour = "nuget";
#else
    public const string Flavour = "portable";
#endif
#if DEBUG
    public const string Configuration = "Debug";
#else
    public const string Configuration = "Release";
#endif

    public static string Cli { get; } = Assembly("src/EdgeAdapt.Cli");

    public static string EdgeAgent { get; } = Assembly("edge/EdgeAdapt.Edge.Agent");

    public static string CloudService { get; } = Assembly("cloud/EdgeAdapt.Cloud.Service");

    /// <summary>Starts one of them.</summary>
    public static ChildProcess Start(string assembly, string logFile, IReadOnlyList<string> arguments, string? temporaryFolder = null)
    {
        var environment = new Dictionary<string, string>
        {
            [HostPrograms.EdgeVariable] = EdgeAgent,
            [HostPrograms.CloudVariable] = CloudService,
        };
        if (temporaryFolder is not null)
        {
            environment["TMPDIR"] = temporaryFolder;
        }

        return ChildProcess.Start(new ChildProcessSpec(Path.GetFileNameWithoutExtension(assembly), HostPrograms.Runtime, [assembly, .. arguments], logFile)
        {
            Environment = environment,
        });
    }

    private static string Assembly(string project) =>
        Checkout.Path(project, "bin", Flavour, Configuration, "net10.0", Path.GetFileName(project) + ".dll");
}
