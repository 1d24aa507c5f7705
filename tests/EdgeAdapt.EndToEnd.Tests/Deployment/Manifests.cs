using YamlDotNet.RepresentationModel;

namespace EdgeAdapt.EndToEnd.Tests.Deployment;

/// <summary>YAML files of the deploy folder.</summary>
internal static class Manifests
{
    public static IReadOnlyList<YamlMappingNode> Kubernetes { get; } =
        [.. Directory.EnumerateFiles(Checkout.Path("deploy", "kubernetes"), "*.yaml").Order().SelectMany(Read)];

    public static YamlMappingNode Compose { get; } = Read(Checkout.Path("deploy", "compose", "compose.yaml")).Single();

    public static YamlMappingNode Of(string kind, string name) =>
        Kubernetes.Single(m => m.Text("kind") == kind && m.At("metadata")?.Text("name") == name);

    /// <summary>The only container of a workload.</summary>
    public static YamlMappingNode Container(this YamlMappingNode workload) =>
        (YamlMappingNode)workload.At("spec")!.At("template")!.At("spec")!.List("containers").Single();

    public static YamlMappingNode? At(this YamlMappingNode node, string key) => node.Find(key) as YamlMappingNode;

    public static string? Text(this YamlMappingNode node, string key) => (node.Find(key) as YamlScalarNode)?.Value;

    public static IReadOnlyList<YamlNode> List(this YamlMappingNode node, string key) => [.. node.Find(key) as YamlSequenceNode ?? []];

    public static IReadOnlyList<string> Texts(this YamlMappingNode node, string key) => [.. node.List(key).OfType<YamlScalarNode>().Select(s => s.Value!)];

    public static IEnumerable<(string Key, YamlMappingNode Value)> Entries(this YamlMappingNode node) =>
        node.Children.Select(c => (((YamlScalarNode)c.Key).Value!, c.Value as YamlMappingNode ?? []));

    // Merge keys ("<<") are part of YAML 1.1; what stands beside them wins.
    private static YamlNode? Find(this YamlMappingNode node, string key) =>
        node.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? value) ? value
            : node.Children.TryGetValue(new YamlScalarNode("<<"), out YamlNode? merged) ? (merged as YamlMappingNode)?.Find(key) : null;

    private static IEnumerable<YamlMappingNode> Read(string path)
    {
        using var reader = new StreamReader(path);
        var stream = new YamlStream();
        stream.Load(reader);
        return stream.Documents.Select(d => (YamlMappingNode)d.RootNode);
    }
}
