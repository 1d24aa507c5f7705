using EdgeAdapt.Demo.Reports;
using EdgeAdapt.Demo.Statistics;

namespace EdgeAdapt.Demo.Tests;

public sealed class RunRecordTests
{
    private static readonly DemoPhase[] Phases = [new("clean", 0, 3), new("fog", 3, 2)];

    [Fact]
    public void Of_Phase_CountsOnlyItsComparedFrames()
    {
        RunRecord run = TwoAgents();

        Assert.Equal(new Tally(Frames: 6, Compared: 5, SourceRight: 4, AdaptedRight: 3, Uploaded: 2, Failed: 1), run.Of(Phases[0]));
        Assert.Equal(new Tally(Frames: 1, Compared: 1, SourceRight: 0, AdaptedRight: 1, Uploaded: 0, Failed: 0), run.Of(Phases[1]));
        Assert.Equal(4 / 6.0, run.Overall.AdaptedAccuracy!.Value, 1e-9);
    }

    [Fact]
    public void CurrentPhase_OneAgentBehind_IsTheSlowOnes()
    {
        RunRecord run = TwoAgents();

        Assert.Equal("fog", run.CurrentPhase.Name);
        Assert.Equal(0.7, run.Progress, 1e-9);
        Assert.False(run.IsFinished);
    }

    [Fact]
    public void ParameterSets_StatisticsSwapsAndRepeats_AreNotCounted()
    {
        RunRecord run = TwoAgents();
        run.Agents[0].Apply(new SwapReport(2, true, 5));
        run.Agents[1].Apply(new SwapReport(2, true, 7));
        run.Agents[1].Apply(new SwapReport(3, true, 6));
        run.Agents[1].Apply(new SwapReport(3, false, 1));

        Assert.Equal(2, run.ParameterSets);
        Assert.Equal([5, 7, 6, 1], run.SwapMilliseconds);
    }

    [Fact]
    public void Totals_SeveralStatusLines_TakeTheLastOfEachAgent()
    {
        RunRecord run = TwoAgents();
        run.Agents[0].Apply(new StatusReport(true, 4, 2, 1, 100, 10, 1));
        run.Agents[0].Apply(new StatusReport(true, 3, 3, 2, 250, 20, 2));
        run.Agents[1].Apply(new FinishedReport(new StatusReport(true, 0, 3, 9, 1000, 30, 1)));

        Assert.Equal((1250, 50, 11, 3, 2), (run.BytesUp, run.BytesDown, run.Acknowledged, run.Queued, run.Version));
        Assert.True(run.Agents[1].IsFinished);
    }

    [Fact]
    public void Apply_FrameBeyondTheStream_IsRefused()
    {
        var agent = new AgentRecord("cam-1", [0, 1]);
        Assert.Contains("frame 2 of a stream of 2", Assert.Throws<FormatException>(() => agent.Apply(new AnswerReport(2, 0, 0, false, null))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tally_NothingAnswered_HasNoAccuracy()
    {
        var run = new RunRecord(Phases, [new AgentRecord("cam-1", [0, 1, 2, 3, 4])]);
        Assert.Equal((null, null, null), (run.Overall.SourceAccuracy, run.Overall.AdaptedAccuracy, run.Overall.UploadedShare));
        Assert.Equal("clean", run.CurrentPhase.Name);
    }

    [Theory]
    [InlineData(0.5, 3)]
    [InlineData(0.99, 5)]
    [InlineData(0, 1)]
    public void Percentile_FiveValues_IsTheNearestRank(double share, double expected) =>
        Assert.Equal(expected, Percentile.Of([5, 1, 4, 2, 3], share));

    [Fact]
    public void Percentile_NoValues_IsNull() => Assert.Null(Percentile.Of([], 0.5));

    // Agent 1 has answered four of five frames; agent 2 three, one of them failed; its unadapted answers reach only two frames.
    private static RunRecord TwoAgents()
    {
        var first = new AgentRecord("cam-1", [0, 1, 2, 3, 4]);
        first.AddSource([0, 1, 9]);
        first.AddSource([9, 9]);
        first.Apply(new AnswerReport(0, 0, 0, true, null));
        first.Apply(new AnswerReport(1, 1, 0, true, null));
        first.Apply(new AnswerReport(2, 9, 0, false, null));
        first.Apply(new AnswerReport(3, 3, 0, false, null));
        var second = new AgentRecord("cam-2", [4, 3, 2, 1, 0]);
        second.AddSource([4, 3]);
        second.Apply(new AnswerReport(0, 4, 0, false, null));
        second.Apply(new AnswerReport(1, -1, 0, false, "broken picture"));
        second.Apply(new AnswerReport(2, 2, 0, false, null));
        return new RunRecord(Phases, [first, second]);
    }
}
