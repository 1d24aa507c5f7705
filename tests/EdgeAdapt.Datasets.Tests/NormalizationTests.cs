namespace EdgeAdapt.Datasets.Tests;

public sealed class NormalizationTests
{
    [Fact]
    public void Parse_CommandLineLists_AreRead()
    {
        var normalization = Normalization.Parse("0.485, 0.456,0.406", "0.229,0.224,0.225");
        Assert.Equal(Normalization.ImageNet.Mean, normalization.Mean);
        Assert.Equal(Normalization.ImageNet.StandardDeviation, normalization.StandardDeviation);
    }

    [Theory]
    [InlineData("0.5,x,0.5", "1,1,1", "'x'")]
    [InlineData("0.5,0.5", "1,1,1", "2 means and 3")]
    [InlineData("0.5,0.5,0.5", "1,0,1", "above 0")]
    [InlineData("NaN,0,0", "1,1,1", "finite")]
    [InlineData("", "", "''")]
    public void Parse_Unusable_NamesTheFault(string mean, string deviation, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => Normalization.Parse(mean, deviation)).Message, StringComparison.Ordinal);

    /// <summary>Values of PyTorch 1.13: ((torch.tensor(x).float() / 255) - 0.485) / 0.229 in float32.</summary>
    [Theory]
    [InlineData(0, -2.117904f)]
    [InlineData(1, -2.1007793f)]
    [InlineData(128, 0.07406463f)]
    [InlineData(255, 2.2489083f)]
    public void Levels_OfImageNetRed_AreThoseOfPyTorch(int x, float expected) =>
        Assert.Equal(expected, Normalization.ImageNet.Levels(0)[x], 1e-7f);

    [Fact]
    public void ToTensor_WrongSizes_IsMisuse()
    {
        Assert.Throws<ArgumentException>(() => Frames.ToTensor(new byte[11], 1, 2, 2, 3, Normalization.ImageNet));
        Assert.Throws<ArgumentException>(() => Frames.ToTensor(new byte[4], 1, 2, 2, 1, Normalization.ImageNet));
    }
}
