using System.Text.Json;
using EdgeAdapt.Demo.Results;
using EdgeAdapt.Demo.Statistics;

namespace EdgeAdapt.Demo.Tests;

public sealed class DemoResultTests
{
    private static readonly RunSettings Settings = new("road signs", "student.onnx", "teacher.onnx", 25, 100, 7);
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void ToJson_GoodRun_HasTheFieldsPeopleScript()
    {
        DemoResult result = Of(CannedRun.Make(["clean", "fog"], 100, [0.9, 0.5], [0.9, 0.8]));
        using var json = JsonDocument.Parse(result.ToJson());
        JsonElement root = json.RootElement;

        Assert.True(root.GetProperty("passed").GetBoolean());
        Assert.Equal(0.7, root.GetProperty("accuracy").GetProperty("source").GetDouble(), 0.06);
        Assert.Equal(0.85, root.GetProperty("accuracy").GetProperty("adapted").GetDouble(), 0.06);
        Assert.Equal(400, root.GetProperty("samples").GetProperty("seen").GetInt32());
        Assert.Equal(root.GetProperty("samples").GetProperty("uploaded").GetInt32() * 2100, root.GetProperty("bytes").GetProperty("up").GetInt32());
        Assert.Equal(2 * 2 * 6200, root.GetProperty("bytes").GetProperty("down").GetInt32());
        Assert.Equal(2, root.GetProperty("parameterSets").GetInt32());
        Assert.Equal(0, root.GetProperty("requests").GetProperty("failed").GetInt32());
        Assert.InRange(root.GetProperty("swapMilliseconds").GetProperty("p50").GetDouble(), 8, 17);
        Assert.InRange(root.GetProperty("swapMilliseconds").GetProperty("p99").GetDouble(), 8, 17);
        Assert.Equal(["clean", "fog"], root.GetProperty("phases").EnumerateArray().Select(p => p.GetProperty("name").GetString()));
        Assert.Equal(2, root.GetProperty("agents").GetArrayLength());
        Assert.Equal(7, root.GetProperty("seed").GetInt32());
        Assert.Equal(93.4, root.GetProperty("seconds").GetDouble());
    }

    [Fact]
    public void Of_AdaptationHurts_SaysSo()
    {
        DemoResult result = Of(CannedRun.Make(["clean", "fog"], 100, [0.9, 0.8], [0.9, 0.5]));
        Assert.False(result.Passed);
        Assert.StartsWith("Adaptation did not help", Assert.Single(result.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_SameAccuracy_DoesNotPass()
    {
        RunRecord run = CannedRun.Make(["clean"], 100, [1], [1]);
        Assert.Contains(Of(run).Reasons, r => r.StartsWith("Adaptation did not help", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_FailedRequestMissingFramesNoSet_ListsAll()
    {
        var agent = new AgentRecord("cam-1", [0, 1, 2, 3]);
        agent.AddSource([9, 9, 9, 9]);
        CannedRun.Apply(agent, """{"type":"answer","frame":0,"class":0,"version":0,"uploaded":true}""");
        CannedRun.Apply(agent, """{"type":"answer","frame":1,"failed":true,"reason":"no image"}""");
        CannedRun.Apply(agent, """{"type":"finished","connected":false,"outbox":1,"seen":2,"uploaded":0,"bytesUp":1,"bytesDown":1,"version":0}""");

        DemoResult result = Of(new RunRecord([new DemoPhase("clean", 0, 4)], [agent]), "The broker ended.");
        Assert.Equal(
            [
                "The broker ended.",
                "Requests failed: 1, the first one with: no image",
                "No parameter set of the cloud was put to use.",
                "cam-1 left 2 of 4 frames without an answer.",
                "cam-1 ended with 1 samples that the cloud had not acknowledged.",
            ],
            result.Reasons);
    }

    [Fact]
    public void Of_NothingAnswered_HasNullFigures()
    {
        DemoResult result = Of(new RunRecord([new DemoPhase("clean", 0, 1)], [new AgentRecord("cam-1", [0])]));
        Assert.Equal(["No frame was answered."], result.Reasons);
        Assert.Contains("\"source\": null", result.ToJson(), StringComparison.Ordinal);
    }

    internal static DemoResult Of(RunRecord run, params string[] faults) => DemoResult.Of(run, Settings, Start, TimeSpan.FromSeconds(93.42), faults);
}
