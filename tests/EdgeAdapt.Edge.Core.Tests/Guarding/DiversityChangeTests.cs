using EdgeAdapt.Edge.Core.Guarding;

namespace EdgeAdapt.Edge.Core.Tests.Guarding;

public sealed class DiversityChangeTests
{
    private const double Tolerance = 1e-12;

    [Fact]
    public void Of_ClassesOfEqualFrequency_CountsThem()
    {
        int[] ten = [.. Enumerable.Range(0, 40).Select(i => i % 10)];
        int[] four = [.. ten.Select(c => c % 4)];
        Assert.Equal(1, DiversityChange.Of(ten, ten).Ratio, Tolerance);
        Assert.Equal(4 / 10.0, DiversityChange.Of(ten, [.. Enumerable.Range(0, 40).Select(i => i % 4)]).Ratio, Tolerance);
        Assert.Equal(1 / 10.0, DiversityChange.Of(ten, new int[40]).Ratio, Tolerance);
        Assert.InRange(DiversityChange.Of(ten, four).Ratio, 0.3, 0.4);
    }

    [Fact]
    public void Of_MixedClasses_HasTheJackknifesStandardError()
    {
        int[] good = [9, 2, 9, 0, 3, 9, 3, 1, 8, 5, 3, 9];
        int[] now = [5, 3, 3, 3, 3, 3, 3, 5, 3, 5, 3, 2];
        double[] without = [.. Enumerable.Range(0, 12).Select(i => Entropy(Without(now, i)) - Entropy(Without(good, i)))];
        double variance = 11.0 / 12 * without.Sum(d => Math.Pow(d - without.Average(), 2));
        double change = Entropy(now) - Entropy(good);
        var diversity = DiversityChange.Of(good, now);
        Assert.Equal(Math.Exp(change), diversity.Ratio, Tolerance);
        Assert.Equal(Math.Exp(change + (2.576 * Math.Sqrt(variance))), diversity.Sure, Tolerance);
    }

    [Fact]
    public void Of_AtMostOneFrame_IsSureOfNothing()
    {
        Assert.Equal(new DiversityChange(1, double.PositiveInfinity), DiversityChange.Of([], []));
        Assert.Equal(new DiversityChange(1, double.PositiveInfinity), DiversityChange.Of([1], [2]));
    }

    private static int[] Without(int[] classes, int index) => [.. classes.Where((_, i) => i != index)];

    private static double Entropy(int[] classes) =>
        -classes.GroupBy(c => c).Sum(g => (double)g.Count() / classes.Length * Math.Log((double)g.Count() / classes.Length));
}
