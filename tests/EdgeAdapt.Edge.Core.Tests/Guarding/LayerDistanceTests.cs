using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Edge.Core.Tests.Guarding;

public sealed class LayerDistanceTests
{
    [Theory]
    [InlineData(2.9, true)]
    [InlineData(3.1, false)]
    public void FindFault_MeansThreeDeviationsAway_IsFoundByTheBoundOnStatistics(double bound, bool found)
    {
        LayerParameters[] moved = [.. Tiny.Model.Source];
        moved[1] = moved[1] with
        {
            Mean = [.. moved[1].Mean.Zip(moved[1].Variance, (mean, variance) => mean + (3 * MathF.Sqrt(variance + Tiny.Model.Layers[1].Epsilon)))],
        };
        Assert.Equal(3, LayerDistance.Of(Tiny.Model, moved)[1].Shift, 1e-4);
        string? fault = LayerDistance.FindFault(Tiny.Model, moved, new RolloutGuardOptions { MaximumShift = bound });
        Assert.Equal(found, fault is not null);
        Assert.True(!found || (fault!.Contains("--guard-shift", StringComparison.Ordinal) && fault.Contains($"'{Tiny.Model.Layers[1].Name}'", StringComparison.Ordinal)), fault);
    }

    [Theory]
    [InlineData(0.49, true)]
    [InlineData(0.51, false)]
    public void FindFault_ScaleAndBiasHalfTheirSizeAway_IsFoundByTheBoundOnDistance(double bound, bool found)
    {
        LayerParameters[] moved = [.. Tiny.Model.Source];
        moved[0] = moved[0] with { Scale = [.. moved[0].Scale.Select(v => 1.5f * v)], Bias = [.. moved[0].Bias.Select(v => 1.5f * v)] };
        Assert.Equal(0.5, LayerDistance.Of(Tiny.Model, moved)[0].Affine, 1e-4);
        Assert.Equal(found, LayerDistance.FindFault(Tiny.Model, moved, new RolloutGuardOptions { MaximumDistance = bound })?.Contains("--guard-distance", StringComparison.Ordinal) ?? false);
    }
}
