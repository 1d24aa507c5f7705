using System.Reflection;

namespace EdgeAdapt.Contracts.Tests;

public sealed class EventIdsTests
{
    [Fact]
    public void EventIds_All_AreUniqueAndInTheirBlocks()
    {
        FieldInfo[] fields = typeof(EventIds).GetFields(BindingFlags.Public | BindingFlags.Static);
        int[] ids = [.. fields.Select(f => (int)f.GetRawConstantValue()!)];

        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(fields, f => Assert.Equal(
            f.Name.StartsWith("Edge", StringComparison.Ordinal) ? 1 : f.Name.StartsWith("Cloud", StringComparison.Ordinal) ? 2 : 3,
            (int)f.GetRawConstantValue()! / 1000));
    }
}
