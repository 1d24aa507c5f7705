using System.Reflection;
using System.Text.RegularExpressions;
using EdgeAdapt.Contracts;

namespace EdgeAdapt.Architecture.Tests;

public sealed partial class SourceShapeTests
{
    private const int LongestFile = 500;
    private const int MedianLength = 60;

    private static readonly (string Path, string[] Lines)[] Sources =
    [
        .. new[] { "src", "edge", "cloud", "shared" }
            .SelectMany(area => Directory.EnumerateFiles(Checkout.Path(area), "*.cs", SearchOption.AllDirectories))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .Select(path => (Path.GetRelativePath(Checkout.Root, path), File.ReadAllLines(path))),
    ];

    [Fact]
    public void Files_Length_StaysReadable()
    {
        Assert.Empty(Sources.Where(s => s.Lines.Length > LongestFile).Select(s => $"{s.Path}: {s.Lines.Length} lines"));
        int[] lengths = [.. Sources.Select(s => s.Lines.Length).Order()];
        Assert.InRange(lengths[lengths.Length / 2], 1, MedianLength);
    }

    [Fact]
    public void Files_PublicTypes_OneEach()
    {
        Assert.Empty(Sources.Where(s => s.Lines.Count(line => PublicType().IsMatch(line)) > 1).Select(s => s.Path));
    }

    [Fact]
    public void Files_Names_SayWhatTheyHold()
    {
        Assert.Empty(Sources.Where(s => VagueName().IsMatch(Path.GetFileNameWithoutExtension(s.Path))).Select(s => s.Path));
    }

    [Fact]
    public void EventIds_AllConstants_AreUnique()
    {
        (string Name, int Id)[] ids =
        [
            .. typeof(EventIds).Assembly.GetTypes().Where(t => t == typeof(EventIds) || t.DeclaringType == typeof(EventIds))
                .SelectMany(t => t.GetFields(BindingFlags.Public | BindingFlags.Static))
                .Where(f => f is { IsLiteral: true } && f.FieldType == typeof(int))
                .Select(f => (f.Name, (int)f.GetRawConstantValue()!)),
        ];
        Assert.NotEmpty(ids);
        Assert.Empty(ids.GroupBy(i => i.Id).Where(g => g.Count() > 1).Select(g => $"{g.Key}: {string.Join(", ", g.Select(i => i.Name))}"));
    }

    [GeneratedRegex(@"^public (?:\w+ )*(?:class|record|struct|interface|enum|delegate) ")]
    private static partial Regex PublicType();

    [GeneratedRegex("(Helper|Helpers|Utils|Util|Manager|Misc|Common)$")]
    private static partial Regex VagueName();
}
