using System.Xml.Linq;

namespace EdgeAdapt.Architecture.Tests;

/// <summary>A project of the solution and what it references, read from its .csproj.</summary>
internal sealed record ProjectFile(string Path, string Area, IReadOnlyList<string> References, IReadOnlyList<string> Packages)
{
    /// <summary>All projects of the checkout.</summary>
    public static IReadOnlyList<ProjectFile> All { get; } =
    [
        .. new[] { "src", "edge", "cloud", "shared", "tests" }
            .SelectMany(area => Directory.EnumerateFiles(Checkout.Path(area), "*.csproj", SearchOption.AllDirectories))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal))
            .Select(Read),
    ];

    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    private static ProjectFile Read(string path)
    {
        var xml = XDocument.Load(path);
        string folder = System.IO.Path.GetDirectoryName(path)!;
        string[] references =
        [
            .. xml.Descendants("ProjectReference")
                .Select(r => System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, r.Attribute("Include")!.Value.Replace("$(EdgeAdaptRoot)", Checkout.Root + "/", StringComparison.Ordinal)))),
        ];
        string[] packages = [.. xml.Descendants("PackageReference").Concat(xml.Descendants("FrameworkReference")).Select(r => r.Attribute("Include")!.Value)];
        return new ProjectFile(System.IO.Path.GetRelativePath(Checkout.Root, path), AreaOf(path), references, packages);
    }

    public static string AreaOf(string path) => System.IO.Path.GetRelativePath(Checkout.Root, path).Split('/')[0];
}
