namespace EdgeAdapt.Adaptation.Tests;

public sealed class LogitsTests
{
    // H of the golden vector of CEMA's losses, computed with NumPy in float64.
    [Theory]
    [InlineData(new[] { 2f, 0.5f, -1f, 0f }, 0.878281f)]
    [InlineData(new[] { 0.2f, 0.1f, 0f, -0.1f }, 1.380071f)]
    [InlineData(new[] { 3f, 0f, -1f, 0.5f }, 0.511896f)]
    [InlineData(new[] { 0.5f, 1.5f, 0f, -0.5f }, 1.109767f)]
    public void Entropy_KnownLogits_GivesNats(float[] logits, float expected) => Assert.Equal(expected, Logits.Entropy(logits), 1e-6f);

    [Fact]
    public void Entropy_EqualLogits_IsTheLogarithmOfTheirNumber()
    {
        Assert.Equal(Math.Log(3), Logits.Entropy([7, 7, 7]), 1e-6);
        Assert.Equal(Math.Log(2), Logits.Entropy([float.NegativeInfinity, float.NegativeInfinity]), 1e-6);
    }

    [Theory]
    [InlineData(new[] { 3e38f, -3e38f, 0f })]
    [InlineData(new[] { 5f, float.NegativeInfinity, float.NegativeInfinity })]
    [InlineData(new[] { 42f })]
    public void Entropy_Certainty_IsExactlyZero(float[] logits) => Assert.Equal(0f, Logits.Entropy(logits));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Entropy_BrokenLogit_IsNaN(float broken)
    {
        Assert.True(float.IsNaN(Logits.Entropy([1, broken, 0])));
        var probabilities = new float[3];
        Logits.Softmax([1, broken, 0], probabilities);
        Assert.All(probabilities, p => Assert.True(float.IsNaN(p)));
    }

    [Fact]
    public void Softmax_LargeLogits_DoesNotOverflow()
    {
        var probabilities = new float[3];
        Logits.Softmax([1000, 1000, float.NegativeInfinity], probabilities);
        Assert.Equal([0.5f, 0.5f, 0f], probabilities);
    }

    [Fact]
    public void ArgMax_TiesAndNaN_TakesTheFirstLargestNumber()
    {
        Assert.Equal(1, Logits.ArgMax([float.NaN, 2, 2]));
        Assert.Equal(0, Logits.ArgMax([float.NaN, float.NaN]));
        Assert.Throws<ArgumentException>(() => Logits.ArgMax([]));
    }
}
