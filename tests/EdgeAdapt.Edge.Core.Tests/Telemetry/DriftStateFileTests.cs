using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Edge.Core.Telemetry;

namespace EdgeAdapt.Edge.Core.Tests.Telemetry;

public sealed class DriftStateFileTests : IDisposable
{
    private static readonly DriftOptions Options = new() { Block = 8 };
    private readonly TemporaryFolder _folder = new();
    private readonly ListLogger _logger = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Restore_StreamChangedWhileTheDeviceWasOff_IsFoundAfterTheRestart()
    {
        DriftTelemetry before = Create();
        Feed(before, 0.2f, 2000);
        File("a").Save(before.State);

        DriftTelemetry after = Create();
        File("a").Restore(after);
        Assert.Empty(_logger.Lines);
        Assert.Equal(before.Snapshot().ReferenceEntropy, after.Snapshot().ReferenceEntropy);
        Assert.Equal(0, after.Snapshot().Total.Frames);
        Feed(after, 0.9f, 200);
        Assert.Equal(1, after.Snapshot().Changes);

        DriftTelemetry forgetful = Create();
        Feed(forgetful, 0.9f, 200);
        Assert.Equal(0, forgetful.Snapshot().Changes);
    }

    [Fact]
    public void Restore_OtherParametersThanBeforeTheRestart_AreNamedAsTheCause()
    {
        DriftTelemetry before = Create();
        Feed(before, 0.9f, 2000);
        File("a").Save(before.State);

        DriftTelemetry after = Create();
        File("a").Restore(after);
        Feed(after, 0.2f, 200, version: 8);
        Assert.True(Assert.Single(after.Snapshot().RecentChanges).ParametersChanged);
    }

    [Fact]
    public void Restore_InTheMiddleOfAChangeThatWasToldOf_DoesNotTellOfItAgain()
    {
        DriftTelemetry before = Create();
        Feed(before, 0.2f, 4000);
        int frames = 0;
        while (before.Snapshot().Changes == 0)
        {
            Assert.True(++frames < 1000);
            Feed(before, 0.5f, 1);
        }

        File("a").Save(before.State);
        DriftTelemetry after = Create(), unbroken = before;
        File("a").Restore(after);
        Feed(after, 0.5f, 4000);
        Feed(unbroken, 0.5f, 4000);
        Assert.Equal(1, unbroken.Snapshot().Changes);
        Assert.Equal(0, after.Snapshot().Changes);
    }

    [Fact]
    public void Restore_OtherModelOrConstants_LearnsAnewAndSaysSo()
    {
        DriftTelemetry before = Create();
        Feed(before, 0.2f, 2000);
        File("a").Save(before.State);
        DriftTelemetry after = Create();
        File("b").Restore(after);
        File("a", new DriftOptions { Block = 16 }).Restore(after);
        File("a", Options with { PageHinkley = new() { Threshold = 21 } }).Restore(after);
        Assert.Equal(3, _logger.Lines.Count);
        Assert.Null(after.Snapshot().ReferenceEntropy);

        // What changes no detector's state does not cost it.
        File("a", Options with { Window = 5, ReportPeriod = TimeSpan.FromSeconds(5) }).Restore(after);
        Assert.NotNull(after.Snapshot().ReferenceEntropy);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"Model\":\"a\"")]
    public void Restore_DamagedFile_LearnsAnew(string content)
    {
        System.IO.File.WriteAllText(Path, content);
        DriftTelemetry telemetry = Create();
        File("a").Restore(telemetry);
        Assert.Null(telemetry.Snapshot().ReferenceEntropy);
        Assert.Single(_logger.Lines);
    }

    [Fact]
    public void Restore_AnyCutOrFlippedByte_NeverThrowsAndGoesOn()
    {
        DriftTelemetry before = Create();
        Feed(before, 0.2f, 3000);
        File("a").Save(before.State);
        byte[] good = System.IO.File.ReadAllBytes(Path);
        var random = new Random(2);
        for (int round = 0; round < 300; round++)
        {
            byte[] bytes = [.. good[..random.Next(1, good.Length + 1)]];
            bytes[random.Next(bytes.Length)] = (byte)"0123456789-\"{}[]:,.en"[random.Next(21)];
            System.IO.File.WriteAllBytes(Path, bytes);
            DriftTelemetry after = Create();
            File("a").Restore(after);
            Feed(after, 0.4f, 64);
            Assert.True(double.IsFinite(after.Snapshot().Suspicion));
        }
    }

    [Fact]
    public void Save_DiskRefuses_IsLoggedOnceATime()
    {
        var file = new DriftStateFile(_folder.File("missing/drift.json"), "a", Options, _logger);
        file.Save(Create().State);
        file.Save(Create().State);
        Assert.Single(_logger.Lines);
    }

    private string Path => _folder.File("drift.json");

    private static DriftTelemetry Create() => new(Options, 10, Tiny.Model, new ManualTime());

    private static void Feed(DriftTelemetry telemetry, float entropy, int frames, long version = 1)
    {
        for (int i = 0; i < frames; i++)
        {
            telemetry.Observe(new AnswerSample(1, entropy * (i % 2 == 0 ? 1 : 1.2f), 0.5f), version);
        }
    }

    private DriftStateFile File(string model, DriftOptions? options = null) => new(Path, model, options ?? Options, _logger);
}
