using System.Text.RegularExpressions;

namespace EdgeAdapt.EndToEnd.Tests.Deployment;

/// <summary>The Dockerfile against the checkout.</summary>
public sealed partial class DockerfileTests
{
    private static readonly string Text = File.ReadAllText(Checkout.Path("Dockerfile")).Replace("\\\n", " ", StringComparison.Ordinal);

    [Fact]
    public void Copy_FromTheContext_ExistsAndIsLetIn()
    {
        string[] ignore = File.ReadAllLines(Checkout.Path(".dockerignore"));
        string[] sources = [.. Copy().Matches(Text).SelectMany(m => m.Groups[1].Value.Split(' ')[..^1])];
        Assert.True(sources.Length >= 12);
        Assert.All(sources, source => Assert.True(File.Exists(Checkout.Path(source)) || Directory.Exists(Checkout.Path(source)), $"COPY {source}: there is no such file"));
        Assert.All(sources, source => Assert.True(
            ignore.Contains($"!{source}") || (source.StartsWith("Directory.", StringComparison.Ordinal) && ignore.Contains("!Directory.*")), $"COPY {source}: .dockerignore keeps it out"));
    }

    [Fact]
    public void Copy_FromTheContext_IsEverythingTheProgramsAreBuiltFrom()
    {
        string[] sources = [.. Copy().Matches(Text).SelectMany(m => m.Groups[1].Value.Split(' ')[..^1])];
        string[] needed = [.. Directory.EnumerateFiles(Checkout.Root, "Directory.*").Select(f => Path.GetFileName(f)), "global.json", "build", "shared", "src", "edge", "cloud"];
        Assert.Empty(needed.Except(sources));
    }

    [Fact]
    public void Targets_OfCompose_ExistAndRunAsAnOrdinaryUser()
    {
        string[] stages = [.. Stage().Matches(Text).Select(m => m.Groups[1].Value)];
        string[] targets = [.. Manifests.Compose.At("services")!.Entries().Select(s => s.Value.At("build")?.Text("target")).OfType<string>().Distinct()];
        Assert.Equal(["cloud", "edge"], targets.Order());
        Assert.Empty(targets.Except(stages));
        Assert.Contains("FROM runtime AS edge\n", Text, StringComparison.Ordinal);
        Assert.Contains("FROM runtime AS cloud\n", Text, StringComparison.Ordinal);
        Assert.Matches(@"AS runtime\n(?:(?!FROM)[^\n]*\n)*USER \$\{APP_UID\}\n", Text);
    }

    [Fact]
    public void EntryPoints_Assemblies_AreTheProjectsPublished()
    {
        string[] published = [.. Publish().Matches(Text).Select(m => Path.GetFileName(m.Groups[1].Value) + ".dll")];
        Assert.Equal(["EdgeAdapt.Cloud.Service.dll", "EdgeAdapt.Edge.Agent.dll"], published.Order());
        Assert.All(published, assembly => Assert.Contains($"ENTRYPOINT [\"dotnet\", \"{assembly}\"]", Text, StringComparison.Ordinal));
    }

    [GeneratedRegex("^COPY (?!--from)(.+)$", RegexOptions.Multiline)]
    private static partial Regex Copy();

    [GeneratedRegex(@"^FROM .+ AS (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Stage();

    [GeneratedRegex(@"dotnet publish (\S+)")]
    private static partial Regex Publish();
}
