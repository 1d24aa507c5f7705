namespace EdgeAdapt.Demo.Processes;

/// <summary>Where the programs lie that the demo runs as processes.</summary>
/// <param name="EdgeAgent">The edge agent's assembly.</param>
/// <param name="CloudService">The cloud service's assembly.</param>
internal sealed record HostPrograms(string EdgeAgent, string CloudService)
{
    /// <summary>Names the edge agent's assembly; the launcher sets it.</summary>
    public const string EdgeVariable = "EDGEADAPT_EDGE_DLL";

    /// <summary>Names the cloud service's assembly; the launcher sets it.</summary>
    public const string CloudVariable = "EDGEADAPT_CLOUD_DLL";

#if EDGEADAPT_NUGET
    private const string Flavour = "nuget";
#else
    private const string Flavour = "portable";
#endif

    private static readonly string[] Configurations = ["Release", "Debug"];

    /// <summary>The program that runs assemblies: the one that runs this process, where it is one.</summary>
    public static string Runtime =>
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";

    /// <summary>Finds both: named by the environment, else built in the checkout around this program.</summary>
    /// <exception cref="DemoException">One is not there.</exception>
    public static HostPrograms Find() => Find(Environment.GetEnvironmentVariable, CheckoutFolder());

    /// <summary>Finds both with a given environment and checkout folder (null for none).</summary>
    /// <exception cref="DemoException">One is not there.</exception>
    public static HostPrograms Find(Func<string, string?> environment, string? checkout) => new(
        Find(environment, EdgeVariable, checkout, "edge/EdgeAdapt.Edge.Agent", "edge agent"),
        Find(environment, CloudVariable, checkout, "cloud/EdgeAdapt.Cloud.Service", "cloud service"));

    /// <summary>The folder above this program that holds EdgeAdapt.sln, or null.</summary>
    public static string? CheckoutFolder()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EdgeAdapt.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }

    private static string Find(Func<string, string?> environment, string variable, string? checkout, string project, string name)
    {
        if (environment(variable) is { Length: > 0 } named)
        {
            return File.Exists(named) ? named : throw new DemoException(
                $"The {name} is not at '{named}' ({variable}). Run ./edgeadapt setup, or point the variable at its assembly.");
        }

        string file = Path.GetFileName(project) + ".dll";
        string[] places = checkout is null ? [] :
            [.. Configurations.Select(c => Path.Combine(checkout, project, "bin", Flavour, c, "net10.0", file))];
        return places.FirstOrDefault(File.Exists) ?? throw new DemoException(
            $"The {name} ({file}) is not built. Run ./edgeadapt setup, or set {variable} to its assembly.");
    }
}
