using EdgeAdapt.Cloud.Core.Sessions;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Cloud.Core.Tests.Sessions;

public sealed class MixtureMomentsTests
{
    [Fact]
    public void Of_TwoSetsOfNumbers_GivesTheMomentsOfTheirUnion()
    {
        double[] a = [1, 2, 3, 6];
        double[] b = [-4, 10];
        (IReadOnlyList<LayerStatistics>, double)[] parts = [(Statistics(a), a.Length), (Statistics(b), b.Length)];
        LayerStatistics mixed = Assert.Single(MixtureMoments.Of(parts));
        LayerStatistics union = Statistics([.. a, .. b])[0];
        Assert.Equal(union.Mean[0], mixed.Mean[0], 5);
        Assert.Equal(union.Variance[0], mixed.Variance[0], 4);
    }

    [Fact]
    public void Of_Nothing_IsRefused() => Assert.Throws<ArgumentException>(() => MixtureMoments.Of([]));

    private static LayerStatistics[] Statistics(double[] values)
    {
        double mean = values.Average();
        return [new LayerStatistics([(float)mean], [(float)values.Average(v => (v - mean) * (v - mean))])];
    }
}
