using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Adaptation.Tests;

public sealed class LayerShiftTests
{
    private static readonly NormalizationModel Model = Golden.Model("student");

    [Fact]
    public void Of_SourceStatistics_IsZero()
    {
        Assert.All(LayerShift.Of(Model, [.. Source()]), layer =>
        {
            Assert.Equal(0, layer.Shift);
            Assert.Equal(0, layer.Hellinger, 1e-7);
        });
    }

    [Fact]
    public void Of_MeansMovedByTwoDeviations_SaysTwo()
    {
        LayerStatistics[] moved = [.. Source().Select((s, i) => s with { Mean = [.. s.Mean.Zip(s.Variance, (m, v) => m + (2 * MathF.Sqrt(v + Model.Layers[i].Epsilon)))] })];

        // With equal spreads H² = 1 − exp(−z² / 8), z = 2.
        Assert.All(LayerShift.Of(Model, moved), layer =>
        {
            Assert.Equal(2, layer.Shift, 1e-5);
            Assert.Equal(Math.Sqrt(1 - Math.Exp(-0.5)), layer.Hellinger, 1e-5);
        });
    }

    [Fact]
    public void Of_SpreadDoubled_ShowsInHellingerAlone()
    {
        LayerStatistics[] wider = [.. Source().Select((s, i) => s with { Variance = [.. s.Variance.Select(v => (4 * (v + Model.Layers[i].Epsilon)) - Model.Layers[i].Epsilon)] })];

        // H² = 1 − √(2 · 2 / (4 + 1)).
        Assert.All(LayerShift.Of(Model, wider), layer =>
        {
            Assert.Equal(0, layer.Shift);
            Assert.Equal(Math.Sqrt(1 - Math.Sqrt(0.8)), layer.Hellinger, 1e-5);
        });
    }

    [Fact]
    public void Of_AnyScale_IsTheSame()
    {
        // The overlap of two Gaussians by numerical integration, for one channel's numbers.
        (double m0, double s0, double m1, double s1) = (0.4, 1.3, 1.1, 0.7);
        double overlap = 0;
        for (double x = -15; x < 15; x += 1e-3)
        {
            overlap += 1e-3 * Math.Sqrt(Density(x, m0, s0) * Density(x, m1, s1));
        }

        NormalizationLayer layer = Model.Layers[0];
        LayerParameters source = Model.Source[0];
        foreach (float scale in new[] { 1f, 250f })
        {
            float[] Fill(double value) => [.. Enumerable.Repeat((float)value, layer.Channels)];
            NormalizationModel model = NormalizationModel.Of(Model.With([source with { Mean = Fill(m0 * scale), Variance = Fill(s0 * s0 * scale * scale) }, .. Model.Source.Skip(1)]));
            LayerStatistics[] seen = [.. Source()];
            seen[0] = new LayerStatistics(Fill(m1 * scale), Fill(s1 * s1 * scale * scale));
            LayerShift shift = LayerShift.Of(model, seen)[0];
            Assert.Equal(0.7 / 1.3, shift.Shift, 1e-4);
            Assert.Equal(Math.Sqrt(1 - overlap), shift.Hellinger, 1e-4);
        }

        static double Density(double x, double mean, double spread) => Math.Exp(-(x - mean) * (x - mean) / (2 * spread * spread)) / (spread * Math.Sqrt(2 * Math.PI));
    }

    [Fact]
    public void Of_WrongNumberOfLayers_IsMisuse() => Assert.Throws<ArgumentException>(() => LayerShift.Of(Model, []));

    [Fact]
    public void Median_OddEvenAndNone_IsTheMiddle()
    {
        LayerShift[] layers = [new("a", 5, 0.1), new("b", 1, 0.3), new("c", 2, 0.2), new("d", 9, 0)];
        Assert.Equal(3.5, LayerShift.Median(layers, l => l.Shift));
        Assert.Equal(2, LayerShift.Median([.. layers.Take(3)], l => l.Shift));
        Assert.Null(LayerShift.Median([], l => l.Shift));
    }

    private static IEnumerable<LayerStatistics> Source() => Model.Source.Select(s => new LayerStatistics(s.Mean, s.Variance));
}
