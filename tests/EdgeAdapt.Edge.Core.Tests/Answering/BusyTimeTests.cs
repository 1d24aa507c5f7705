using System.Diagnostics;
using System.Diagnostics.Metrics;
using EdgeAdapt.Edge.Core.Frames;
using EdgeAdapt.Imaging;

namespace EdgeAdapt.Edge.Core.Tests.Answering;

/// <summary>What counts as work on answers, whose rest is free for the statistics: of a large picture for a small model nearly all of it is decoding.</summary>
public sealed class BusyTimeTests : IDisposable
{
    private const int Side = 1500;
    private const int Pictures = 8;
    private readonly AgentFixture _fixture = new();
    private readonly byte[] _picture;

    public BusyTimeTests()
    {
        using var encoder = new ImageEncoder();
        byte[] pixels = new byte[Side * Side * 3];
        new Random(5).NextBytes(pixels);
        _picture = encoder.EncodeJpeg(pixels, Side, Side);
    }

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task RunAsync_FramesOfTheAgentsOwn_CountTheirDecoding()
    {
        string folder = Directory.CreateDirectory(_fixture.Folder.File("pictures")).FullName;
        for (int i = 0; i < Pictures; i++)
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{i}.jpg"), _picture);
        }

        await using EdgeAgent agent = Open(folder);
        await agent.RunAsync(CancellationToken.None).Reasonable();
        Assert.Equal(Pictures, agent.Counters.Answered);
        AssertDecodingCounts(agent);
    }

    [Fact]
    public async Task Decode_FramesOfRequests_CountTheirDecoding()
    {
        await using EdgeAgent agent = Open(_fixture.WriteFrames(1));
        for (int i = 0; i < Pictures; i++)
        {
            Assert.True(agent.Model.Decode(Picture).IsReady);
        }

        AssertDecodingCounts(agent);
    }

    private Frame Picture => new() { Name = "picture", Bytes = _picture };

    private EdgeAgent Open(string source) => _fixture.Open(_fixture.Options(source) with { Broker = null }, new ScriptedUplink());

    /// <summary>Half of the least time that decoding takes bounds from below what it took, however slow this machine was meanwhile.</summary>
    private void AssertDecodingCounts(EdgeAgent agent)
    {
        double busy = Busy(agent.Model.Meter);
        double least = Enumerable.Range(0, 5).Min(_ =>
        {
            long start = Stopwatch.GetTimestamp();
            agent.Model.Decode(Picture);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        });
        Assert.True(busy > Pictures * least / 2, $"{busy} s of work were counted on {Pictures} pictures that take {least} s each to decode.");
    }

    private static double Busy(Meter meter)
    {
        double busy = double.NaN;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter == meter && instrument.Name == "edgeadapt.frames.busy")
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => busy = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return busy;
    }
}
