using System.Security.Cryptography;

namespace EdgeAdapt.Datasets.Tests;

public sealed class RoadSignsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void RenderFrame_SameSeedAndIndex_IsTheSamePictureInAnyOrder()
    {
        LabeledFrames all = RoadSigns.Render(11, 20, RoadSignCondition.Clean);
        byte[] one = new byte[RoadSigns.FrameLength];
        for (int i = 19; i >= 0; i--)
        {
            Assert.Equal(all.Labels[i], RoadSigns.RenderFrame(11, i, RoadSignCondition.Clean, one));
            Assert.Equal(all.Frame(i).ToArray(), one);
        }
    }

    [Fact]
    public void Render_OtherSeedOrIndex_IsAnotherPicture()
    {
        LabeledFrames a = RoadSigns.Render(1, 2, RoadSignCondition.Clean);
        LabeledFrames b = RoadSigns.Render(2, 2, RoadSignCondition.Clean);
        Assert.NotEqual(a.Frame(0).ToArray(), a.Frame(1).ToArray());
        Assert.NotEqual(a.Frame(0).ToArray(), b.Frame(0).ToArray());
    }

    /// <summary>The models in deploy/models/roadsigns were trained on these very pictures: a change here asks for new models.</summary>
    [Fact]
    public void Render_TrainingSeed_IsWhatTheModelsWereTrainedOn()
    {
        LabeledFrames frames = RoadSigns.Render(1, 64, RoadSignCondition.Clean);
        Assert.Equal("3d6ec75da7ff075c", Convert.ToHexStringLower(SHA256.HashData(frames.Pixels))[..16]);
    }

    [Fact]
    public void Render_ManyFrames_HasEveryClassAboutEquallyOften()
    {
        int[] counts = new int[10];
        foreach (int label in RoadSigns.Render(3, 1000, RoadSignCondition.Clean).Labels)
        {
            counts[label]++;
        }

        // Binomial with n = 1000, p = 0.1: five standard deviations are 47.
        Assert.All(counts, c => Assert.InRange(c, 53, 147));
    }

    [Theory]
    [InlineData(RoadSignWeather.Fog)]
    [InlineData(RoadSignWeather.LowLight)]
    [InlineData(RoadSignWeather.MotionBlur)]
    [InlineData(RoadSignWeather.Rain)]
    [InlineData(RoadSignWeather.Snow)]
    public void Render_RisingSeverity_MovesFurtherFromTheClearDay(RoadSignWeather weather)
    {
        LabeledFrames clean = RoadSigns.Render(4, 40, RoadSignCondition.Clean);
        double previous = 0;
        for (int severity = 1; severity <= RoadSignCondition.MaximumSeverity; severity++)
        {
            LabeledFrames drift = RoadSigns.Render(4, 40, new RoadSignCondition(weather, severity));
            Assert.Equal(clean.Labels, drift.Labels);
            double distance = clean.Pixels.Zip(drift.Pixels, (a, b) => Math.Abs(a - b)).Average();
            Assert.True(distance > previous + 0.5, $"severity {severity}: {distance} after {previous}");
            previous = distance;
        }
    }

    [Fact]
    public void Render_Fog_LowersContrastAndBrightens()
    {
        LabeledFrames clean = RoadSigns.Render(5, 40, RoadSignCondition.Clean);
        LabeledFrames fog = RoadSigns.Render(5, 40, new RoadSignCondition(RoadSignWeather.Fog));
        Assert.True(Spread(fog) < 0.6 * Spread(clean));
        Assert.True(fog.Pixels.Average(p => p) > clean.Pixels.Average(p => p) + 20);
    }

    [Fact]
    public void Render_LowLight_IsDark() =>
        Assert.True(RoadSigns.Render(5, 40, new RoadSignCondition(RoadSignWeather.LowLight)).Pixels.Average(p => p) < 60);

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    public void Condition_SeverityOutOfRange_IsMisuse(int severity) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RoadSignCondition(RoadSignWeather.Fog, severity));

    [Fact]
    public void Sequence_Day_GoesThroughItsPhasesInOrder()
    {
        RoadSignSequence day = RoadSignSequence.Day(9, framesPerPhase: 3);
        Assert.Equal(21, day.FrameCount);
        Assert.Equal(["clean", "fog", "low_light", "motion_blur", "rain", "snow", "clean"], day.Phases.Select(p => p.Condition.Name));
        Assert.Equal([0, 0, 0, 1, 1, 1, 2], Enumerable.Range(0, 7).Select(day.PhaseOf));
        Assert.Equal(6, day.PhaseOf(20));
        Assert.Throws<ArgumentOutOfRangeException>(() => day.PhaseOf(21));
        LabeledFrames rendered = day.Render();
        byte[] fog = new byte[RoadSigns.FrameLength];
        RoadSigns.RenderFrame(9, 4, new RoadSignCondition(RoadSignWeather.Fog), fog);
        Assert.Equal(fog, rendered.Frame(4).ToArray());
    }

    [Fact]
    public void Sequence_WithoutPhaseOrFrame_IsMisuse()
    {
        Assert.Throws<ArgumentException>(() => new RoadSignSequence(1, []));
        Assert.Throws<ArgumentException>(() => RoadSignSequence.Day(1, 0));
    }

    [Fact]
    public void Export_SmallSet_OpensAsACorruptionFolder()
    {
        RoadSignExport.Write(_folder.Path, new RoadSignExportOptions { TrainingCount = 12, TestCount = 5 });
        CorruptionFolder folder = CorruptionFolder.Open(_folder.File(RoadSignExport.DriftFolder));
        Assert.Equal(["motion_blur", "snow", "fog", "low_light", "rain", "clean"], folder.Corruptions);
        LabeledFrames snow = RoadSigns.Render(2, 5, new RoadSignCondition(RoadSignWeather.Snow));
        Assert.Equal(snow.Labels, folder.Labels);
        using NpyFrameReader images = folder.Images("snow");
        Assert.Equal(snow.Frame(4).ToArray(), images.ReadFrame(4));
        Assert.Equal([12L, 32, 32, 3], NpyFile.Read(_folder.File("train_images.npy")).Shape);
        Assert.Equal(12, NpyFile.Read(_folder.File("train_labels.npy")).ToLongs().Length);
    }

    [Fact]
    public void Export_SeveralBadOptions_NamesAllOfThem()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => RoadSignExport.Write(
            _folder.Path, new RoadSignExportOptions { TrainingCount = -1, TestCount = 0, Severity = 6, TestSeed = 1 }));
        foreach (string name in new[] { "TrainingCount", "TestCount", "Severity", "TestSeed" })
        {
            Assert.Contains(name, e.Message, StringComparison.Ordinal);
        }
    }

    private static double Spread(LabeledFrames frames)
    {
        double mean = frames.Pixels.Average(p => p);
        return Math.Sqrt(frames.Pixels.Average(p => (p - mean) * (p - mean)));
    }
}
