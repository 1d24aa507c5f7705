namespace EdgeAdapt.Architecture.Tests;

public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["src"] = ["src", "shared"],
        ["shared"] = ["shared"],
        ["edge"] = ["edge", "shared", "src"],
        ["cloud"] = ["cloud", "shared", "src"],
        ["tests"] = ["tests", "src", "edge", "cloud", "shared"],
    };

    [Fact]
    public void References_AllProjects_PointOneWay()
    {
        Assert.NotEmpty(ProjectFile.All);
        string[] wrong =
        [
            .. from project in ProjectFile.All
               from reference in project.References
               where !Allowed[project.Area].Contains(ProjectFile.AreaOf(reference))
               select $"{project.Path} -> {reference}",
        ];
        Assert.Empty(wrong);
    }

    [Fact]
    public void References_Src_KnowsNothingOfMessagingOrHosting()
    {
        string[] wrong =
        [
            .. from project in ProjectFile.All
               where project.Area == "src"
               from reference in project.References.Concat(project.Packages)
               let name = Path.GetFileNameWithoutExtension(reference)
               where ProjectFile.AreaOf(reference) == "shared" ? name != "EdgeAdapt.ParameterSets"
                   : reference.Contains("AspNetCore", StringComparison.Ordinal) || reference.Contains("MQTT", StringComparison.OrdinalIgnoreCase)
                       || reference.Contains("Hosting", StringComparison.Ordinal)
               select $"{project.Path} -> {reference}",
        ];
        Assert.Empty(wrong);
    }

    [Fact]
    public void References_AspNetCore_AreTheHostsAlone()
    {
        string[] hosts = ["EdgeAdapt.Cloud.Service", "EdgeAdapt.Edge.Agent", "EdgeAdapt.Edge.Server"];
        Assert.Equal(
            hosts,
            ProjectFile.All.Where(p => p.Area != "tests" && (p.Packages.Any(n => n.Contains("AspNetCore", StringComparison.Ordinal)) || File.ReadAllText(Checkout.Path(p.Path)).Contains("Sdk.Web", StringComparison.Ordinal)))
                .Select(p => p.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Solution_AllProjects_AreListed()
    {
        string solution = File.ReadAllText(Checkout.Path("EdgeAdapt.sln")).Replace('\\', '/');
        Assert.Empty(ProjectFile.All.Where(p => !solution.Contains(p.Path, StringComparison.Ordinal)).Select(p => p.Path));
    }
}
