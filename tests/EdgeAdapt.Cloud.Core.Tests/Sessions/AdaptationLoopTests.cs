using EdgeAdapt.Storage;
using EdgeAdapt.Cloud.Core.Sessions;
using EdgeAdapt.Cloud.Core.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAdapt.Cloud.Core.Tests.Sessions;

public sealed class AdaptationLoopTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Workbench _bench = new();
    private readonly StateFolder _state;
    private readonly SessionCatalog _sessions;
    private readonly List<SessionKey> _adapted = [];

    public AdaptationLoopTests()
    {
        _state = StateFolder.Open(_bench.Folder);
        _sessions = SessionCatalog.Open(_state, "default", [_bench.Model], _bench.Keep, _bench.Time, NullLogger.Instance);
    }

    public void Dispose()
    {
        _state.Dispose();
        _bench.Dispose();
    }

    [Fact]
    public void RunTurn_TwoGroupsWithWork_TakeTurns()
    {
        using AdaptationLoop loop = NewLoop(s => _adapted.Add(s.Key));
        Accept("busy", batches: 4);
        Assert.True(loop.RunTurn(CancellationToken.None));
        Accept("late", batches: 2);
        while (loop.RunTurn(CancellationToken.None))
        {
        }

        Assert.Equal(["busy", "late", "busy", "late", "busy", "busy"], _adapted.Select(k => k.Group));
    }

    [Fact]
    public void RunTurn_StateSwitchesBetweenGroups_EachGetsWhatItWouldGetAlone()
    {
        using var alone = new Workbench();
        using AdaptationEngine engine = alone.NewEngine();
        SampleContent[] samples = _bench.NextSamples(Workbench.Batch * 3);
        AdaptationSession single = alone.OpenSession("a");
        single.Accept(samples);
        while (single.Step(engine, CancellationToken.None) == StepOutcome.Adapted)
        {
        }

        using AdaptationLoop loop = NewLoop(_ => { });
        AdaptationSession shared = _sessions.FindOrOpen(new SessionKey(Workbench.ModelName, "a"))!;
        shared.Accept(samples);
        Accept("b", batches: 3);
        while (loop.RunTurn(CancellationToken.None))
        {
        }

        Assert.Equal(3, shared.Version);
        Assert.Equal(single.ReadVersion(3), shared.ReadVersion(3));
    }

    [Fact]
    public void RunTurn_OneGroupFails_PausesItAndGoesOnWithTheOther()
    {
        using AdaptationLoop loop = NewLoop(s => _adapted.Add(s.Key));
        AdaptationSession failing = Accept("failing", batches: 1);
        string obstacle = Path.Combine(
            _state.ModelFolder("default", Workbench.ModelName, _bench.Model.Student.Model.Sha256), "failing", "checkpoint.json" + DurableFile.UnfinishedExtension);
        Directory.CreateDirectory(obstacle);
        Accept("good", batches: 1);
        Assert.True(loop.RunTurn(CancellationToken.None));
        Assert.True(loop.RunTurn(CancellationToken.None));
        Assert.False(loop.RunTurn(CancellationToken.None));
        Assert.Equal(["good"], _adapted.Select(k => k.Group));
        Assert.Equal(1, failing.Snapshot().Counts.Failures);

        Directory.Delete(obstacle);
        Assert.False(loop.RunTurn(CancellationToken.None));

        // Setting the clock neither ends the pause nor makes it longer.
        _bench.Time.Jump(TimeSpan.FromDays(400));
        Assert.False(loop.RunTurn(CancellationToken.None));
        _bench.Time.Jump(TimeSpan.FromDays(-800));
        _bench.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(loop.RunTurn(CancellationToken.None));
        Assert.Equal(1, failing.Version);
    }

    [Fact]
    public async Task RunAsync_SamplesComeIn_AdaptsUntilCancelled()
    {
        var adapted = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        using AdaptationLoop loop = NewLoop(s => adapted.TrySetResult(s.Version));
        using var stop = new CancellationTokenSource();
        Task run = loop.RunAsync(stop.Token);
        Accept("default", batches: 1);
        loop.Wake();
        Assert.Equal(1, await adapted.Task.WaitAsync(Patience));
        await stop.CancelAsync();
        await run.WaitAsync(Patience);
    }

    private AdaptationLoop NewLoop(Action<AdaptationSession> adapted) => new(_sessions, Workbench.Training, adapted, _bench.Time, NullLogger.Instance);

    private AdaptationSession Accept(string group, int batches)
    {
        AdaptationSession session = _sessions.FindOrOpen(new SessionKey(Workbench.ModelName, group))!;
        session.Accept(_bench.NextSamples(Workbench.Batch * batches));
        return session;
    }
}
