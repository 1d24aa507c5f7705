using EdgeAdapt.Demo.Processes;

namespace EdgeAdapt.Demo.Tests;

public sealed class HostProgramsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgeadapt-hosts-");

    [Fact]
    public void Find_NamedByTheEnvironment_WinsOverTheCheckout()
    {
        string edge = Touch("named/edge.dll"), cloud = Touch("named/cloud.dll");
        Touch("edge/EdgeAdapt.Edge.Agent/bin/portable/Release/net10.0/EdgeAdapt.Edge.Agent.dll");

        var programs = HostPrograms.Find(name => name == HostPrograms.EdgeVariable ? edge : cloud, _folder.FullName);
        Assert.Equal(new HostPrograms(edge, cloud), programs);
    }

    [Fact]
    public void Find_NothingNamed_TakesTheReleaseBuildOfTheCheckout()
    {
        foreach (string flavour in new[] { "portable", "nuget" })
        {
            foreach (string configuration in new[] { "Debug", "Release" })
            {
                Touch($"edge/EdgeAdapt.Edge.Agent/bin/{flavour}/{configuration}/net10.0/EdgeAdapt.Edge.Agent.dll");
                Touch($"cloud/EdgeAdapt.Cloud.Service/bin/{flavour}/{configuration}/net10.0/EdgeAdapt.Cloud.Service.dll");
            }
        }

        var programs = HostPrograms.Find(_ => null, _folder.FullName);
        Assert.EndsWith("/Release/net10.0/EdgeAdapt.Edge.Agent.dll", programs.EdgeAgent, StringComparison.Ordinal);
        Assert.EndsWith("/Release/net10.0/EdgeAdapt.Cloud.Service.dll", programs.CloudService, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_NotBuilt_NamesTheRemedy()
    {
        DemoException fault = Assert.Throws<DemoException>(() => HostPrograms.Find(_ => null, _folder.FullName));
        Assert.Contains("./edgeadapt setup", fault.Message, StringComparison.Ordinal);
        fault = Assert.Throws<DemoException>(() => HostPrograms.Find(_ => "/nowhere/x.dll", null));
        Assert.Contains("'/nowhere/x.dll' (EDGEADAPT_EDGE_DLL)", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string Touch(string path)
    {
        string full = Path.Combine(_folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, "");
        return full;
    }
}
