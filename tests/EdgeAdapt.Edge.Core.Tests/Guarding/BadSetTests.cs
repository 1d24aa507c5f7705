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

    /// <summary>Sets that the form and the numbers alone do not give away.</summary>
    public static TheoryData<string, StatisticsMode> SetsThatFit => InBothModes("random", "shuffled", "sign-flipped", "one class");

    public static TheoryData<string, StatisticsMode> BadSets => InBothModes("random", "shuffled", "sign-flipped", "one class", "not a number", "wrong model");

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
    [MemberData(nameof(SetsThatFit))]
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
    [MemberData(nameof(SetsThatFit))]
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

    private static TheoryData<string, StatisticsMode> InBothModes(params string[] kinds)
    {
        TheoryData<string, StatisticsMode> rows = [];
        foreach (string kind in kinds)
        {
            rows.Add(kind, StatisticsMode.Mixed);
            rows.Add(kind, StatisticsMode.Set);
        }

        return rows;
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
