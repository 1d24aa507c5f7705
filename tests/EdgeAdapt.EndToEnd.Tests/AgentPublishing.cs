using EdgeAdapt.Demo.Processes;

namespace EdgeAdapt.EndToEnd.Tests;

/// <summary>`dotnet publish` of the edge agent.</summary>
internal static class AgentPublishing
{
    /// <summary>Publishes the agent into a folder.</summary>
    public static async Task RunAsync(string folder, string log, string property)
    {
        // A test run by `dotnet test PROJECT` inherits variables that point MSBuild to the folders of its parent.
        string[] inherited = [.. Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(n => n.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).SelectMany(n => new[] { "-u", n })];
        await using ChildProcess publish = ChildProcess.Start(new ChildProcessSpec("dotnet publish", "/usr/bin/env",
        [
            .. inherited, HostPrograms.Runtime, "publish", Checkout.Path("edge/EdgeAdapt.Edge.Agent"), "-c", Programs.Configuration, "--nologo", "--disable-build-servers", $"-p:EdgeAdaptFlavour={Programs.Flavour}",
            property, "--output", folder,
        ], log));
        int exit = await Within.ExitAsync(publish, 400);
        Assert.True(exit == 0, string.Join('\n', publish.LastLines(20)));
    }
}
