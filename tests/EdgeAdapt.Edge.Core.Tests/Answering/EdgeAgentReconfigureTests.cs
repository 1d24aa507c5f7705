using EdgeAdapt.Adaptation;
using EdgeAdapt.Edge.Core.Outbox;
using EdgeAdapt.Edge.Core.Rollout;
using EdgeAdapt.Edge.Core.Uplink;
using EdgeAdapt.Edge.Core.Uploading;

namespace EdgeAdapt.Edge.Core.Tests.Answering;

public sealed class EdgeAgentReconfigureTests : IDisposable
{
    private readonly AgentFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Reconfigure_OtherThresholds_JudgeTheNextFrames()
    {
        EdgeAgentOptions options = Options(100) with { Filter = new EntropyFilterOptions { EntropyHighMargin = 1e-6, EntropyLowMargin = null, WarmUpSamples = null } };
        await using EdgeAgent agent = _fixture.Open(options, new OfflineUplink());
        await agent.ReconfigureAsync(options with { Filter = AgentFixture.KeepNearlyAll });
        await agent.RunAsync(CancellationToken.None);
        Assert.Equal(100, agent.Counters.Answered);
        Assert.InRange(agent.Counters.Selected, 90, 100);
    }

    [Fact]
    public async Task Reconfigure_BudgetWhereThereWasNone_SteersTheShare()
    {
        EdgeAgentOptions options = Options(100);
        await using EdgeAgent agent = _fixture.Open(options, new OfflineUplink());
        await agent.ReconfigureAsync(options with { Upload = new UploadOptions { Budget = new ByteBudgetOptions { BytesPerHour = 1_000_000 } } });
        Assert.True(File.Exists(Path.Combine(options.State, "budget.json")));
        await agent.RunAsync(CancellationToken.None);

        // Before the first second has passed the steering lets one frame in a hundred through.
        Assert.InRange(agent.Counters.Selected, 0, 5);
    }

    [Fact]
    public async Task Reconfigure_SmallerOutbox_GivesUpTheLeastValuableAtOnce()
    {
        EdgeAgentOptions options = Options(200);
        await using EdgeAgent agent = _fixture.Open(options, new OfflineUplink());
        await agent.RunAsync(CancellationToken.None);
        string outbox = Path.Combine(options.State, "outbox");
        long Bytes() => Directory.EnumerateFiles(outbox, "*.sample").Sum(f => new FileInfo(f).Length);
        Assert.InRange(Bytes(), OutboxOptions.SmallestMaximumBytes + 1, long.MaxValue);
        await agent.ReconfigureAsync(options with { Outbox = options.Outbox with { MaximumBytes = OutboxOptions.SmallestMaximumBytes } });
        Assert.InRange(Bytes(), OutboxOptions.SmallestMaximumBytes / 2, OutboxOptions.SmallestMaximumBytes);
    }

    [Fact]
    public async Task Reconfigure_OptionsWithFaults_ChangeNothing()
    {
        EdgeAgentOptions options = Options(50);
        await using EdgeAgent agent = _fixture.Open(options, new OfflineUplink());
        ArgumentException fault = await Assert.ThrowsAsync<ArgumentException>(
            () => agent.ReconfigureAsync(options with { Filter = options.Filter with { EntropyHighMargin = 1e-6 }, Upload = options.Upload with { MaximumInFlight = 0 } }));
        Assert.Contains("in flight", fault.Message, StringComparison.Ordinal);
        await agent.RunAsync(CancellationToken.None);
        Assert.InRange(agent.Counters.Selected, 40, 50);
    }

    private EdgeAgentOptions Options(int frames) =>
        _fixture.Options(_fixture.WriteFrames(frames)) with { Broker = null, Statistics = StatisticsMode.Source };
}
