using System.Text.Json;
using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Outbox;
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

    [MountFact]
    public async Task Open_DiskIsReadOnlySinceTheLastRun_AnswersAndKeepsNothingNew()
    {
        string[] lines = (await ReadOnlyAgent.RunOnItsOwnDiskAsync(_fixture.Folder.Path).Reasonable()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(7, lines.Length);
        Assert.Equal([$"answered {ReadOnlyAgent.Frames}", $"answered {ReadOnlyAgent.Frames}"], [lines[0], lines[3]]);
        Assert.Equal([$"waiting {ReadOnlyAgent.Frames} storage 0", $"waiting {ReadOnlyAgent.Frames} storage {ReadOnlyAgent.Frames}"], [lines[1], lines[4]]);
        Assert.All([lines[2], lines[5]], l => Assert.StartsWith("Another process uses", l, StringComparison.Ordinal));
        Assert.Contains("Cannot create", lines[6], StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_EachMinute_DropsWhatIsTooOldTellsItAndNotesTheClock()
    {
        var time = new ManualTime();
        EdgeAgentOptions options = Options() with { Source = string.Empty, TakesRequests = true, Report = null, Outbox = new OutboxOptions { MaximumAge = TimeSpan.FromMinutes(3) } };
        string folder = _fixture.Folder.File("state", "outbox"), clock = Path.Combine(folder, "clock.json");
        SampleOutbox.Open(folder, options.Outbox, time, _fixture.Logger).Add(Samples.Create(1));
        await using EdgeAgent agent = EdgeAgent.Open(options, _ => new ScriptedUplink(), time, _fixture.Logger);
        string noted = await File.ReadAllTextAsync(clock);
        using var stop = new CancellationTokenSource();
        Task<AgentEnd> run = Task.Run(() => agent.RunAsync(stop.Token));
        for (int minute = 1; minute <= 4; minute++)
        {
            Assert.Single(Directory.EnumerateFiles(folder, "*.sample"));
            await time.TimerWithinAsync(TimeSpan.FromMinutes(1));
            time.Advance(TimeSpan.FromMinutes(1));
        }

        await Within.UntilAsync(() => _fixture.Logger.Lines.Any(l => l.Id == EventIds.EdgeOutbox + 11 && l.Text.Contains("1 too old", StringComparison.Ordinal)));
        Assert.Empty(Directory.EnumerateFiles(folder, "*.sample"));
        Assert.NotEqual(noted, await File.ReadAllTextAsync(clock));
        await stop.CancelAsync();
        await run.Reasonable();
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
