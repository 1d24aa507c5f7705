using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation.Tests;

public sealed class StatisticsSessionTests : IDisposable
{
    private readonly NormalizationModel _model = NormalizationModel.Of(TinyNetwork.Create());
    private readonly StatisticsSession _session;

    public StatisticsSessionTests() => _session = new StatisticsSession(_model);

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Run_SourcePolicy_GivesTheModelsOwnLogits()
    {
        FloatTensor images = TinyNetwork.Images(6, seed: 1);
        StatisticsResult result = _session.Run(images, _model.Source, null, StatisticsPolicy.Source);
        using var plain = new ModelSession(_model.Model.ToBytes());
        FloatTensor expected = plain.Run(new Dictionary<string, FloatTensor> { [_model.Signature.InputName] = images }, [_model.Signature.OutputName])[0];
        AssertClose(expected.Values, result.Logits.Values, 1e-4f);
        Assert.Equal(_model.Source[0].Mean, result.Mixed[0].Mean);
    }

    [Fact]
    public void Run_BatchPolicy_NormalisesTheFirstLayerByMomentsComputedInDouble()
    {
        // The first layer's input is the image itself, so its moments can be computed here; the offset of 1000 defeats E[x²] − E[x]².
        FloatTensor images = TinyNetwork.Images(5, seed: 2, offset: 1000);
        StatisticsResult result = _session.Run(images, _model.Source, null, StatisticsPolicy.Batch);
        (double[] mean, double[] variance) = Moments(images, unbiased: false);
        AssertClose(mean.Select(v => (float)v), result.Mixed[0].Mean, 1e-6f);
        AssertClose(variance.Select(v => (float)v), result.Mixed[0].Variance, 1e-4f);
        Assert.Equal(result.Moving![0].Mean, result.Mixed[0].Mean);
    }

    [Fact]
    public void Run_WeightsInAFolder_GivesTheSameBitsEveryTime()
    {
        NormalizationModel model = NormalizationModel.Of(OnnxModel.Load(Checkout.Path("deploy", "models", "roadsigns", "student.onnx")));
        var settings = new SessionSettings { Threads = 1 };
        DirectoryInfo folder = Directory.CreateTempSubdirectory("edgeadapt-statistics-");
        try
        {
            using var held = new StatisticsSession(model, settings);
            using var stored = new StatisticsSession(model, settings, folder.FullName);
            Assert.Empty(folder.GetFiles());
            for (int seed = 0; seed < 3; seed++)
            {
                FloatTensor images = Pictures(5, seed);
                StatisticsResult expected = held.Run(images, model.Source, null, StatisticsPolicy.Default);
                StatisticsResult result = stored.Run(images, model.Source, null, StatisticsPolicy.Default);
                Assert.Equal(expected.Logits.Values, result.Logits.Values);
                Assert.Equal(expected.Mixed.Select(m => m.Variance), result.Mixed.Select(m => m.Variance));
                Assert.Equal(expected.Batch!.Select(m => m.Mean), result.Batch!.Select(m => m.Mean));
            }

            Assert.Throws<DirectoryNotFoundException>(() => new StatisticsSession(model, settings, Path.Combine(folder.FullName, "gone")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static FloatTensor Pictures(int count, int seed)
    {
        var random = new Random(seed);
        return new FloatTensor([.. Enumerable.Range(0, count * 3 * 32 * 32).Select(_ => (2 * random.NextSingle()) - 1)], count, 3, 32, 32);
    }

    [Fact]
    public void Run_Unbiased_DividesByOneLess()
    {
        FloatTensor images = TinyNetwork.Images(3, seed: 3);
        StatisticsResult result = _session.Run(images, _model.Source, null, StatisticsPolicy.Batch with { Unbiased = true });
        AssertClose(Moments(images, unbiased: true).Variance.Select(v => (float)v), result.Moving![0].Variance, 1e-5f);
    }

    [Fact]
    public void Run_SecondBatch_MovesAverageByMomentumAndMixesWithTheSource()
    {
        StatisticsPolicy policy = new() { Momentum = 0.25f, PriorSamples = 30, BatchSamples = 10 };
        StatisticsResult first = _session.Run(TinyNetwork.Images(8, seed: 4), _model.Source, null, policy);
        FloatTensor images = TinyNetwork.Images(8, seed: 5, offset: 2);
        StatisticsResult second = _session.Run(images, _model.Source, first.Moving, policy);
        (double[] mean, double[] variance) = Moments(images, unbiased: false);
        const double w = 0.25;
        for (int c = 0; c < mean.Length; c++)
        {
            double movingMean = first.Moving![0].Mean[c] + (0.25 * (mean[c] - first.Moving[0].Mean[c]));
            double movingVariance = first.Moving[0].Variance[c] + (0.25 * (variance[c] - first.Moving[0].Variance[c]));
            double sourceMean = _model.Source[0].Mean[c];
            double mixedVariance = (w * movingVariance) + ((1 - w) * _model.Source[0].Variance[c]) + (w * (1 - w) * Math.Pow(movingMean - sourceMean, 2));
            Assert.Equal(movingMean, second.Moving![0].Mean[c], 1e-5);
            Assert.Equal(movingVariance, second.Moving[0].Variance[c], 1e-5);
            Assert.Equal((w * movingMean) + ((1 - w) * sourceMean), second.Mixed[0].Mean[c], 1e-5);
            Assert.Equal(mixedVariance, second.Mixed[0].Variance[c], 1e-5);
        }
    }

    [Fact]
    public void Run_DistanceScale_WeightsALayerByItsDistanceFromTheSource()
    {
        FloatTensor images = TinyNetwork.Images(8, seed: 6, offset: 1);
        StatisticsPolicy policy = new() { PriorSamples = 0, DistanceScale = 0.5f };
        StatisticsResult result = _session.Run(images, _model.Source, null, policy);
        (double[] mean, double[] variance) = Moments(images, unbiased: false);
        LayerParameters source = _model.Source[0];
        double distance = Enumerable.Range(0, mean.Length).Average(c =>
            (Math.Pow(mean[c] - source.Mean[c], 2) + Math.Pow(Math.Sqrt(variance[c]) - Math.Sqrt(source.Variance[c]), 2)) / source.Variance[c]);
        double w = distance / (distance + 0.5);
        Assert.InRange(w, 0.05, 0.95);
        AssertClose(mean.Select((m, c) => (float)((w * m) + ((1 - w) * source.Mean[c]))), result.Mixed[0].Mean, 1e-4f);
    }

    [Fact]
    public void Run_BrokenImageInBatch_LeavesTheOthersAsIfItWereNotThere()
    {
        FloatTensor good = TinyNetwork.Images(4, seed: 7);
        FloatTensor mixed = good.Select([0, 1, 0, 2, 3]);
        mixed.Sample(2)[5] = float.NaN;
        StatisticsResult expected = _session.Run(good, _model.Source, null, StatisticsPolicy.Default);
        StatisticsResult result = _session.Run(mixed, _model.Source, null, StatisticsPolicy.Default);
        Assert.All(result.Logits.Sample(2).ToArray(), v => Assert.True(float.IsNaN(v)));
        Assert.Equal(expected.Logits.Values, result.Logits.Select([0, 1, 3, 4]).Values);
        Assert.Equal(expected.Moving![1].Mean, result.Moving![1].Mean);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(1e38f)]
    public void Run_NoUsableImage_KeepsTheMovingAverage(float pixel)
    {
        StatisticsResult before = _session.Run(TinyNetwork.Images(4, seed: 8), _model.Source, null, StatisticsPolicy.Default);
        FloatTensor broken = TinyNetwork.Images(2, seed: 9);
        for (int i = 0; i < broken.Values.Length; i++)
        {
            broken.Values[i] = i % 2 == 0 ? pixel : -pixel;
        }

        StatisticsResult result = _session.Run(broken, _model.Source, before.Moving, StatisticsPolicy.Default);
        Assert.Same(before.Moving, result.Moving);
        Assert.Equal(2, result.Logits.Count);
        Assert.All(result.Logits.Values, v => Assert.True(float.IsNaN(v)));
    }

    [Fact]
    public void Run_OneImage_IsFinite()
    {
        StatisticsResult result = _session.Run(TinyNetwork.Images(1, seed: 10), _model.Source, null, StatisticsPolicy.Batch with { Unbiased = true });
        Assert.All(result.Logits.Values, v => Assert.True(float.IsFinite(v)));
    }

    [Fact]
    public void Run_UnusablePolicy_NamesEveryFault()
    {
        var error = Assert.Throws<ArgumentException>(() => _session.Run(
            TinyNetwork.Images(1, seed: 1), _model.Source, null, new StatisticsPolicy { Momentum = 0, DistanceScale = -1 }));
        Assert.Contains("Momentum", error.Message, StringComparison.Ordinal);
        Assert.Contains("DistanceScale", error.Message, StringComparison.Ordinal);
    }

    private static (double[] Mean, double[] Variance) Moments(FloatTensor images, bool unbiased)
    {
        int channels = (int)images.Shape[1];
        int area = images.SampleLength / channels;
        var mean = new double[channels];
        var variance = new double[channels];
        for (int c = 0; c < channels; c++)
        {
            double[] values = [.. Enumerable.Range(0, images.Count).SelectMany(n => images.Sample(n).Slice(c * area, area).ToArray()).Select(v => (double)v)];
            mean[c] = values.Average();
            variance[c] = values.Sum(v => (v - mean[c]) * (v - mean[c])) / (values.Length - (unbiased ? 1 : 0));
        }

        return (mean, variance);
    }

    private static void AssertClose(IEnumerable<float> expected, IEnumerable<float> actual, float relative)
    {
        foreach ((float e, float a) in expected.Zip(actual))
        {
            Assert.True(Math.Abs(e - a) <= relative * Math.Max(1, Math.Abs(e)), $"expected {e}, got {a}");
        }
    }
}
