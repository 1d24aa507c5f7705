namespace EdgeAdapt.Adaptation.Tests;

public sealed class MethodCatalogTests
{
    private static readonly (int Channels, int Height, int Width) Shape = (3, 8, 8);

    public static TheoryData<string> Names => [.. MethodCatalog.Names];

    [Fact]
    public void Names_AreUniqueLowerCaseWords() =>
        Assert.All(MethodCatalog.Names.CountBy(n => n), n =>
        {
            Assert.Equal(1, n.Value);
            Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", n.Key);
        });

    [Theory]
    [MemberData(nameof(Names))]
    public void Create_EveryEntry_KeepsWhatItSaysOfTeacherAndDelay(string name)
    {
        MethodEntry entry = MethodCatalog.Find(name);
        var alone = new MethodContext(Golden.Model("student"), null, Shape, 1);
        if (entry.NeedsTeacher)
        {
            Assert.Contains(name, Assert.Throws<ArgumentException>(() => entry.Create(alone)).Message, StringComparison.Ordinal);
        }

        using ITestTimeAdaptation method = entry.Create(alone with { Teacher = Golden.Model("teacher") });
        Assert.Equal(entry.HasDelay, method is IDelayedParameters);
        Assert.DoesNotContain('\n', entry.Description);
    }

    [Fact]
    public void FindFault_UnknownName_NamesItAndEveryKnownOne()
    {
        string fault = MethodCatalog.FindFault(["tent", "magic"])!;
        Assert.Contains("magic", fault, StringComparison.Ordinal);
        Assert.All(MethodCatalog.Names, name => Assert.Contains(name, fault, StringComparison.Ordinal));
        Assert.Equal(MethodCatalog.FindFault(["magic"]), Assert.Throws<ArgumentException>(() => MethodCatalog.Find("magic")).Message.Split(" (Parameter")[0]);
    }

    [Fact]
    public void FindFault_NoName_SaysSo() => Assert.StartsWith("There is no method;", MethodCatalog.FindFault([]), StringComparison.Ordinal);

    [Fact]
    public void FindFault_KnownNames_IsNull() => Assert.Null(MethodCatalog.FindFault(MethodCatalog.Names.ToArray()));
}
