using System.Diagnostics;
using EdgeAdapt.Edge.Core.Answering;
using EdgeAdapt.Edge.Core.Frames;
using EdgeAdapt.Edge.Core.Serving;
using Xunit.Abstractions;

namespace EdgeAdapt.Edge.Core.Tests.Serving;

public sealed class AnswerLogTests(ITestOutputHelper output)
{
    private static readonly float[] Image = new float[3];
    private readonly ManualTime _time = new();

    [Fact]
    public void Read_MoreThanItHolds_GivesTheNewestInOrder()
    {
        var log = new AnswerLog(_time);
        Assert.Empty(log.Read(-1, out long last));
        Assert.Equal(-1, last);
        for (int i = 0; i < AnswerLog.Capacity + 7; i++)
        {
            log.Add(Answered(i, 0, i), kept: i % 2 == 0);
        }

        IReadOnlyList<AnswerRecord> all = log.Read(-1, out last);
        Assert.Equal((AnswerLog.Capacity, AnswerLog.Capacity + 6L), (all.Count, last));
        Assert.Equal(Enumerable.Range(7, AnswerLog.Capacity).Select(i => (long)i), all.Select(a => a.Number));
        Assert.Equal(all[0].Number % 2 == 0, all[0].Kept);
        Assert.Equal([last - 1, last], log.Read(last - 2, out _).Select(a => a.Number));
        Assert.Empty(log.Read(last, out _));
        Assert.Empty(log.Read(last + 1000, out _));
        Assert.Equal(AnswerLog.Capacity, log.Read(long.MinValue / 2, out _).Count);
    }

    [Fact]
    public void ReadSeconds_AnswersOfTwoSeconds_AreSummedUpEach()
    {
        var log = new AnswerLog(_time);
        log.Add(Answered(0, 0, 0), kept: true);
        log.Add(Answered(1, 5, 0), kept: false);
        _time.Advance(TimeSpan.FromSeconds(1));
        log.Add(Answered(2, 1, 0), kept: true);

        IReadOnlyList<AnswerSecond> seconds = log.ReadSeconds(0);
        Assert.Equal([2, 1], seconds.Select(s => s.Answers));
        Assert.Equal([1, 1], seconds.Select(s => s.Kept));

        // Two equal logits: ln 2. Logits 5 and 0: p = 1 / (1 + e^-5), H = -p ln p - (1 - p) ln (1 - p).
        double p = 1 / (1 + Math.Exp(-5));
        double certain = -(p * Math.Log(p)) - ((1 - p) * Math.Log(1 - p));
        Assert.Equal((Math.Log(2) + certain) / 2, seconds[0].MeanEntropy, 1e-6);
        Assert.Equal((certain, Math.Log(2)), (seconds[0].LowestEntropy, seconds[0].HighestEntropy), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-6 && Math.Abs(a.Item2 - b.Item2) < 1e-6);
        Assert.Equal((0.5 + p) / 2, seconds[0].MeanConfidence, 1e-6);
        Assert.Equal([1L], log.ReadSeconds(1).Select(s => s.Number));
    }

    [Fact]
    public void ReadSeconds_LongRun_HoldsTheLastOnes()
    {
        var log = new AnswerLog(_time);
        for (int i = 0; i < AnswerLog.SecondsCapacity + 3; i++)
        {
            log.Add(Answered(i, 0, 0), kept: false);
            _time.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Equal(Enumerable.Range(3, AnswerLog.SecondsCapacity).Select(i => (long)i), log.ReadSeconds(0).Select(s => s.Number));
    }

    [Fact]
    public void HoldsLatest_OffAgain_LetsTheFrameGo()
    {
        var log = new AnswerLog(_time);
        log.Add(Answered(0, 1, 0), kept: true);
        Assert.Null(log.ReadLatest(out _));
        log.HoldsLatest = true;
        AnsweredFrame second = Answered(1, 1, 0);
        log.Add(second, kept: true);
        Assert.Same(second, log.ReadLatest(out AnswerRecord answer));
        Assert.Equal((1L, true), (answer.Number, answer.Kept));
        log.HoldsLatest = false;
        Assert.Null(log.ReadLatest(out _));
    }

    [Fact]
    public void Add_FrameWhoseImageIsOverwritten_IsNotHeld()
    {
        var log = new AnswerLog(_time) { HoldsLatest = true };
        log.Add(Answered(0, 1, 0) with { IsImageReused = true }, kept: true);
        Assert.Null(log.ReadLatest(out _));
        Assert.Single(log.Read(-1, out _));
    }

    /// <summary>A microsecond a frame is what the page may cost; a factor of five is left for a machine that is busy.</summary>
    [Fact]
    public void Add_ManyAnswers_CostsNextToNothing()
    {
        const int answers = 100_000;
        var log = new AnswerLog(TimeProvider.System) { HoldsLatest = true };
        AnsweredFrame answered = Answered(0, 1, 0);
        for (int i = 0; i < answers; i++)
        {
            log.Add(answered, kept: false);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < answers; i++)
        {
            log.Add(answered, kept: false);
        }

        double microseconds = Stopwatch.GetElapsedTime(start).TotalMicroseconds / answers;
        Assert.Equal(allocated, GC.GetAllocatedBytesForCurrentThread());
        output.WriteLine($"{microseconds:0.000} µs an answer");
        Assert.InRange(microseconds, 0, 5);
    }

    private static AnsweredFrame Answered(long number, float first, float second) =>
        new(number, new Frame { Name = "frame" }, DateTimeOffset.UnixEpoch.AddSeconds(number), Image, [first, second], 3);
}
