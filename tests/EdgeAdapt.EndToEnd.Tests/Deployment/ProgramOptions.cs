using System.Text.RegularExpressions;
using EdgeAdapt.Demo.Processes;

namespace EdgeAdapt.EndToEnd.Tests.Deployment;

/// <summary>The options that a program's own help lists.</summary>
internal static partial class ProgramOptions
{
    public static async Task<IReadOnlySet<string>> OfAsync(string assembly)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("edgeadapt-help-");
        try
        {
            await using ChildProcess help = Programs.Start(assembly, Path.Combine(folder.FullName, "help.txt"), ["--help"]);
            Assert.Equal(0, await Within.ExitAsync(help, 30));
            return OptionName().Matches(string.Join('\n', help.LastLines(1000))).Select(m => m.Groups[1].Value).ToHashSet();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [GeneratedRegex(@"^\s+(?:-\w, )?(--[a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex OptionName();
}
