using System.Text.Json;
using EdgeAdapt.Edge.Core.Uploading;

namespace EdgeAdapt.Edge.Core.Tests.Answering;

/// <summary>Whatever becomes of samples, frames are answered.</summary>
public sealed class AgentOutboxTests : IDisposable
{
    private const int Frames = 150;
    private readonly AgentFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task RunAsync_BrokerTakesAllAndTheCloudIsSilent_AnswersAllAndKeepsTheSamples()
    {
        var uplink = new ScriptedUplink();
        uplink.Connect(true);
        await using EdgeAgent agent = _fixture.Open(Options(), uplink);
        Assert.Equal(AgentEnd.DrainTimeout, await agent.RunAsync(CancellationToken.None).Reasonable());
        JsonElement finished = Assert.Single(_fixture.Report("finished"));
        Assert.Equal((Frames, 0L), (agent.Counters.Answered, agent.Counters.Failed));
        Assert.Equal(0, finished.GetProperty("dropped").GetInt64() - finished.GetProperty("drops").GetProperty("busy").GetInt64());
        Assert.InRange(finished.GetProperty("outbox").GetInt32(), 1, agent.Counters.Selected);
    }

    [Fact]
    public async Task RunAsync_DiskTakesNothing_AnswersAllAndCountsTheLosses()
    {
        await using EdgeAgent agent = _fixture.Open(Options(), new ScriptedUplink());
        string outbox = _fixture.Folder.File("state", "outbox");
        Directory.Delete(outbox, recursive: true);
        File.WriteAllText(outbox, "a file where the folder was: every write fails");
        await agent.RunAsync(CancellationToken.None).Reasonable();
        JsonElement finished = Assert.Single(_fixture.Report("finished"));
        Assert.Equal((Frames, 0L), (agent.Counters.Answered, agent.Counters.Failed));
        JsonElement drops = finished.GetProperty("drops");
        Assert.True(drops.GetProperty("storage").GetInt64() > 0);
        Assert.Equal(agent.Counters.Selected, drops.GetProperty("storage").GetInt64() + drops.GetProperty("busy").GetInt64());
    }

    [Fact]
    public async Task RunAsync_TinyBudget_SelectsLittleAndReportsTheShare()
    {
        var uplink = new ScriptedUplink();
        uplink.Connect(true);
        EdgeAgentOptions options = Options() with { Upload = new UploadOptions { Budget = new ByteBudgetOptions { BytesPerHour = 100_000 } } };
        await using EdgeAgent agent = _fixture.Open(options, uplink);
        await agent.RunAsync(CancellationToken.None).Reasonable();
        JsonElement finished = Assert.Single(_fixture.Report("finished"));
        Assert.Equal(Frames, agent.Counters.Answered);
        Assert.InRange(agent.Counters.Selected, 1, Frames / 10);
        Assert.InRange(finished.GetProperty("uploadShare").GetDouble(), 0, 0.1);
        Assert.InRange(finished.GetProperty("sampleBytes").GetInt64(), 0, 100_000);
        Assert.True(File.Exists(_fixture.Folder.File("state", "budget.json")));
    }

    private EdgeAgentOptions Options() => _fixture.Options(_fixture.WriteFrames(Frames, 0.5, 0.2)) with { Rate = 300, DrainTimeout = TimeSpan.Zero };
}
