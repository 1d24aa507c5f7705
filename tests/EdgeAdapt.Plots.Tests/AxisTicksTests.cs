namespace EdgeAdapt.Plots.Tests;

public sealed class AxisTicksTests
{
    [Theory]
    [InlineData(0, 100, 5, new double[] { 0, 20, 40, 60, 80, 100 })]
    [InlineData(0, 1800, 10, new double[] { 0, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800 })]
    [InlineData(0, 3, 5, new double[] { 0, 1, 2, 3 })]
    [InlineData(3, 3, 5, new double[] { 3 })]
    public void Between_Ranges_AreRoundNumbersInside(double low, double high, int count, double[] expected) =>
        Assert.Equal(expected, AxisTicks.Between(low, high, count));

    [Theory]
    [InlineData(1, new double[] { 0, 1 })]
    [InlineData(12, new double[] { 0, 5, 10 })]
    public void Between_WholeNumbersOnly_HaveNoneBetween(double high, double[] expected) =>
        Assert.Equal(expected, AxisTicks.Between(0, high, 5, whole: true));

    [Theory]
    [InlineData(0, 97, 5, 100)]
    [InlineData(0, 1.2e6, 5, 1.25e6)]
    [InlineData(0, 0, 5, 0)]
    public void Ceiling_Ranges_IsTheNextTick(double low, double high, int count, double expected) =>
        Assert.Equal(expected, AxisTicks.Ceiling(low, high, count), 1e-9);
}
