using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Edge.Core.Rollout;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.ParameterSets;

namespace EdgeAdapt.Edge.Core.Tests.Guarding;

/// <summary>Sets that would ruin the demo's model, on a device that answers the demo's frames.</summary>
public sealed class BadSetTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private static readonly FloatTensor Frames = RoadSignModel.Day(32);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, StatisticsMode> BadSets
    {
        get
        {
            TheoryData<string, StatisticsMode> rows = [];
            foreach (string kind in new[] { "random", "shuffled", "sign-flipped", "one class", "not a number", "wrong model" })
            {
                rows.Add(kind, StatisticsMode.Mixed);
                rows.Add(kind, StatisticsMode.Set);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(BadSets))]
    public async Task Take_BadSet_IsRefusedBeforeItAnswers(string kind, StatisticsMode mode)
    {
        await using var device = new RoadSignDevice(_folder, mode, new RolloutGuardOptions());
        await FeedAsync(device);
        TimeSpan time = await device.RejectAsync(Message(kind), Frames, 0);
        Assert.InRange(time, TimeSpan.Zero, Limit);
        Assert.Equal((1L, 0L, 0L), (device.Counters.RefusedSets, device.Counters.Reversals, device.Counters.ParameterSwaps));
    }

    [Theory]
    [InlineData("random", StatisticsMode.Mixed)]
    [InlineData("shuffled", StatisticsMode.Mixed)]
    [InlineData("sign-flipped", StatisticsMode.Mixed)]
    [InlineData("one class", StatisticsMode.Mixed)]
    [InlineData("random", StatisticsMode.Set)]
    [InlineData("shuffled", StatisticsMode.Set)]
    [InlineData("sign-flipped", StatisticsMode.Set)]
    [InlineData("one class", StatisticsMode.Set)]
    public async Task Take_BadSetThatNoBoundStops_IsRefusedOnTheKeptFrames(string kind, StatisticsMode mode)
    {
        await using var device = new RoadSignDevice(_folder, mode, new RolloutGuardOptions { MaximumDistance = 1e9 });
        await FeedAsync(device);
        TimeSpan time = await device.RejectAsync(Message(kind), Frames, 0);
        Assert.InRange(time, TimeSpan.Zero, Limit);
        Assert.Equal((1L, 0L), (device.Counters.RefusedSets, device.Counters.Reversals));
        Assert.Contains("frames kept on this device", device.Rollout.LastRefusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("random", StatisticsMode.Mixed)]
    [InlineData("shuffled", StatisticsMode.Mixed)]
    [InlineData("sign-flipped", StatisticsMode.Mixed)]
    [InlineData("one class", StatisticsMode.Mixed)]
    [InlineData("random", StatisticsMode.Set)]
    [InlineData("shuffled", StatisticsMode.Set)]
    [InlineData("sign-flipped", StatisticsMode.Set)]
    [InlineData("one class", StatisticsMode.Set)]
    public async Task Take_BadSetThatAnswers_IsTakenBackAndNotTakenAgain(string kind, StatisticsMode mode)
    {
        await using var device = new RoadSignDevice(_folder, mode, new RolloutGuardOptions { MaximumDistance = 1e9, CanaryFrames = 0 });
        await FeedAsync(device);
        TimeSpan time = await device.RejectAsync(Message(kind), Frames, 0);
        Assert.InRange(time, TimeSpan.Zero, Limit);
        Assert.Equal((0L, 1L, 1L), (device.Counters.RefusedSets, device.Counters.Reversals, device.Counters.ParameterSwaps));
        var line = Assert.Single(device.Report("revert"));
        Assert.Equal((5, 0), (line.GetProperty("version").GetInt32(), line.GetProperty("to").GetInt32()));
        Assert.InRange(line.GetProperty("milliseconds").GetDouble(), 0, Limit.TotalMilliseconds);
        Assert.Contains(line.GetProperty("reason").GetString()!, device.Rollout.LastReversal, StringComparison.Ordinal);

        await device.RejectAsync(Message(kind), Frames, 0);
        Assert.Contains("took it back", device.Rollout.LastRefusal, StringComparison.Ordinal);
        Assert.Contains("reissue", device.Rollout.LastRefusal, StringComparison.Ordinal);
    }

    private static async Task FeedAsync(RoadSignDevice device)
    {
        for (int i = 0; i < Frames.Count; i++)
        {
            await device.AnswerAsync(Frames.Sample(i).ToArray());
        }
    }

    private static MqttMessage Message(string kind) => kind switch
    {
        "wrong model" => RoadSignModel.Publish(5, RoadSignModel.Student.Source, model: new string('b', 64)),

        // The library refuses to send it, so the bytes are put in here.
        "not a number" => RoadSignModel.Publish(5, RoadSignModel.Student.Source) with { Payload = ParameterSetFile.ToBytes(RoadSignModel.Set(5, RoadSignModel.Bad(kind))) },
        _ => RoadSignModel.Publish(5, RoadSignModel.Bad(kind)),
    };
}
