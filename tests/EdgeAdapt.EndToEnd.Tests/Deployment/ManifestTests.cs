using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace EdgeAdapt.EndToEnd.Tests.Deployment;

/// <summary>The manifests against the programs, and against each other.</summary>
public sealed partial class ManifestTests
{
    private static readonly string[] ComposeAgents = ["cam-1", "cam-2"];

    private static YamlMappingNode Services => Manifests.Compose.At("services")!;

    [Fact]
    public async Task Flags_OfTheAgents_ExistInTheAgent()
    {
        IReadOnlySet<string> known = await ProgramOptions.OfAsync(Programs.EdgeAgent);
        string[] systemd =
        [
            .. Flag().Matches(File.ReadLines(Checkout.Path("deploy", "systemd", "edgeadapt-edge@.service")).Single(l => l.StartsWith("ExecStart=", StringComparison.Ordinal)))
                .Select(m => m.Value),
        ];
        string[] used =
        [
            .. ComposeAgents.SelectMany(a => Services.At(a)!.Texts("command")), .. Manifests.Of("DaemonSet", "agent").Container().Texts("args"), .. systemd,
        ];
        Assert.Contains("--config", systemd);
        Assert.True(used.Length > 25);
        Assert.Empty(used.Select(FlagOf).Except(known));
    }

    [Fact]
    public async Task Flags_OfTheCloudService_ExistInTheService()
    {
        IReadOnlySet<string> known = await ProgramOptions.OfAsync(Programs.CloudService);
        string[] used = [.. Services.At("cloud")!.Texts("command"), .. Manifests.Of("StatefulSet", "cloud").Container().Texts("args")];
        Assert.Equal(14, used.Length);
        Assert.Empty(used.Select(FlagOf).Except(known));
    }

    [Fact]
    public void Addresses_OfTheBroker_AreWhereItListens()
    {
        string[] used =
        [
            .. Services.Entries().SelectMany(s => s.Value.Texts("command")),
            .. Manifests.Of("StatefulSet", "cloud").Container().Texts("args"), .. Manifests.Of("DaemonSet", "agent").Container().Texts("args"),
        ];
        Assert.Equal(["broker:1883"], used.Where(a => a.StartsWith("--broker=", StringComparison.Ordinal)).Select(a => a["--broker=".Length..]).Distinct());
        Assert.NotNull(Services.At("broker"));
        Assert.Equal(["1883"], Ports(Manifests.Of("Service", "broker").At("spec")!, "port"));
        Assert.Equal(["1883"], Ports(Manifests.Of("StatefulSet", "broker").Container(), "containerPort"));
        Assert.Contains("\nlistener 1883\n", File.ReadAllText(Checkout.Path("deploy", "mosquitto", "mosquitto.conf")), StringComparison.Ordinal);
    }

    [Fact]
    public void Ports_OfTheCloudService_AreTheOnesItListensOn()
    {
        YamlMappingNode container = Manifests.Of("StatefulSet", "cloud").Container();
        Assert.Contains("--urls=http://0.0.0.0:8080", container.Texts("args"));
        Assert.Contains("--urls=http://0.0.0.0:8080", Services.At("cloud")!.Texts("command"));
        Assert.Equal(["8080"], Ports(container, "containerPort"));
        Assert.Equal(["http"], Ports(Manifests.Of("Service", "cloud").At("spec")!, "targetPort"));
        Assert.Contains("EXPOSE 8080", File.ReadAllText(Checkout.Path("Dockerfile")), StringComparison.Ordinal);
    }

    [Fact]
    public void Mounts_EveryVolume_IsDeclared()
    {
        foreach (YamlMappingNode workload in Manifests.Kubernetes.Where(m => m.Text("kind") is "StatefulSet" or "DaemonSet"))
        {
            YamlMappingNode spec = workload.At("spec")!;
            string[] declared =
            [
                .. spec.At("template")!.At("spec")!.List("volumes").Cast<YamlMappingNode>().Select(v => v.Text("name")!),
                .. spec.List("volumeClaimTemplates").Cast<YamlMappingNode>().Select(v => v.At("metadata")!.Text("name")!),
            ];
            Assert.Equal(declared.Order(), workload.Container().List("volumeMounts").Cast<YamlMappingNode>().Select(m => m.Text("name")!).Order());
            Assert.Equal(
                $"{spec.At("selector")!.At("matchLabels")}", $"{new YamlMappingNode(spec.At("template")!.At("metadata")!.At("labels")!.Children.Take(1))}");
        }
    }

    [Fact]
    public void Containers_AllOfThem_AreHardened()
    {
        YamlMappingNode[] workloads = [.. Manifests.Kubernetes.Where(m => m.Text("kind") is "StatefulSet" or "DaemonSet")];
        Assert.Equal(3, workloads.Length);
        Assert.All(workloads, workload =>
        {
            YamlMappingNode pod = workload.At("spec")!.At("template")!.At("spec")!, security = workload.Container().At("securityContext")!;
            Assert.Equal("true", pod.At("securityContext")!.Text("runAsNonRoot"));
            Assert.Equal("RuntimeDefault", pod.At("securityContext")!.At("seccompProfile")!.Text("type"));
            Assert.Equal("false", pod.Text("automountServiceAccountToken"));
            Assert.Equal(("false", "true"), (security.Text("allowPrivilegeEscalation"), security.Text("readOnlyRootFilesystem")));
            Assert.Equal(["ALL"], security.At("capabilities")!.Texts("drop"));
            Assert.NotNull(workload.Container().At("resources")!.At("limits")!.Text("memory"));
        });
        Assert.All(Services.Entries(), s => Assert.Equal(("true", "ALL"), (s.Value.Text("read_only"), s.Value.Texts("cap_drop").Single())));
    }

    [Fact]
    public void BrokerConfigMap_BothFiles_EqualThoseOfTheMosquittoFolder()
    {
        YamlMappingNode data = Manifests.Of("ConfigMap", "broker").At("data")!;
        foreach (string name in new[] { "mosquitto.conf", "acl" })
        {
            Assert.Equal(File.ReadAllText(Checkout.Path("deploy", "mosquitto", name)), data.Text(name));
        }
    }

    [Fact]
    public void Kustomization_Resources_AreTheOtherFiles()
    {
        string folder = Checkout.Path("deploy", "kubernetes");
        YamlMappingNode kustomization = Manifests.Kubernetes.Single(m => m.Text("kind") == "Kustomization");
        Assert.Equal(
            Directory.EnumerateFiles(folder, "*.yaml").Select(Path.GetFileName).Where(f => f != "kustomization.yaml").Order(), kustomization.Texts("resources").Order());
    }

    [Fact]
    public void Compose_NamesInUse_AreDeclared()
    {
        YamlMappingNode compose = Manifests.Compose;
        string[] secrets = [.. compose.At("secrets")!.Entries().Select(e => e.Key)];
        string[] volumes = [.. compose.At("volumes")!.Entries().Select(e => e.Key)];
        string[] networks = [.. compose.At("networks")!.Entries().Select(e => e.Key)];
        foreach ((string name, YamlMappingNode service) in Services.Entries())
        {
            Assert.Empty(service.Texts("secrets").Except(secrets));
            Assert.Empty(service.Texts("networks").Except(networks));
            Assert.All(service.Texts("command").Where(c => c.Contains("/run/secrets/", StringComparison.Ordinal)), c => Assert.EndsWith($"/{name}", c, StringComparison.Ordinal));
            foreach (string source in service.Texts("volumes").Where(v => v[0] != '$').Select(v => v.Split(':')[0]))
            {
                Assert.True(
                    source[0] == '.' ? source.StartsWith("./secrets/", StringComparison.Ordinal) || File.Exists(Path.Combine(Checkout.Path("deploy", "compose"), source)) : volumes.Contains(source),
                    $"{name} mounts {source}, which is neither declared nor there");
            }
        }
    }

    private static string[] Ports(YamlMappingNode node, string key) => [.. node.List("ports").Cast<YamlMappingNode>().Select(p => p.Text(key)!)];

    private static string FlagOf(string argument) => argument.Split('=')[0];

    [GeneratedRegex("--[a-z-]+")]
    private static partial Regex Flag();
}
