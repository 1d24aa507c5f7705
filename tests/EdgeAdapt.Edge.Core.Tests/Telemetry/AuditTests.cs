using EdgeAdapt.Adaptation;
using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Outbox;
using EdgeAdapt.Edge.Core.Telemetry;
using EdgeAdapt.Edge.Core.Tests.Answering;

namespace EdgeAdapt.Edge.Core.Tests.Telemetry;

public sealed class AuditTests : IDisposable
{
    private readonly AgentFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(0.005)]
    [InlineData(0.3)]
    [InlineData(1)]
    public void Next_ManyFrames_DrawsItsShareAndTheSameForTheSameSeed(double share)
    {
        const int frames = 200_000;
        bool[] Draw(int seed)
        {
            var draw = new AuditDraw(share, seed);
            return [.. Enumerable.Range(0, frames).Select(_ => draw.Next())];
        }

        bool[] drawn = Draw(7);
        double deviation = Math.Sqrt(share * (1 - share) / frames);
        Assert.InRange(drawn.Count(d => d) / (double)frames, share - (4 * deviation), share + (4 * deviation));
        Assert.Equal(drawn, Draw(7));
        Assert.Equal(share is 0 or 1, drawn.SequenceEqual(Draw(8)));
    }

    [Fact]
    public async Task RunAsync_FilterSelectsNothing_UploadsTheDrawnFramesWithTheirAnswers()
    {
        SampleUpload[] waiting = await RunAsync(share: 0.2, new EntropyFilterOptions { EntropyHighMargin = 1e-9, EntropyLowMargin = 0, WarmUpSamples = null });
        string[] answers = [.. _fixture.Report("answer").Where(a => a.TryGetProperty("audit", out _)).Select(a => $"{a.GetProperty("class")} {a.GetProperty("uploaded")}")];

        Assert.InRange(waiting.Length, 40, 80);
        Assert.All(waiting, s => Assert.False(s.Audit!.Selected));
        Assert.Equal(answers, waiting.Select(s => $"{s.Audit!.Class} True"));
        Assert.Equal(0, _fixture.Report("finished")[0].GetProperty("selected").GetInt32());
    }

    [Fact]
    public async Task RunAsync_FilterSelectsNearlyAll_MarksTheDrawnAmongThem()
    {
        SampleUpload[] waiting = await RunAsync(share: 0.2, AgentFixture.KeepNearlyAll);
        Assert.InRange(waiting.Count(s => s.Audit is not null), 40, 80);
        Assert.Contains(waiting, s => s.Audit is { Selected: true });
        Assert.True(waiting.Count(s => s.Audit is null) > 200);
    }

    [Fact]
    public async Task RunAsync_NoShare_UploadsAsWithoutAudit()
    {
        SampleUpload[] waiting = await RunAsync(share: 0, AgentFixture.KeepNearlyAll);
        Assert.All(waiting, s => Assert.Null(s.Audit));
    }

    [Fact]
    public void Outbox_AuditSamples_KeepTheirMarkOverARestart()
    {
        SampleUpload marked = Samples.Create(1) with { Audit = new SampleAudit(3, Selected: false) };
        using (var folder = new TemporaryFolder())
        {
            SampleOutbox.Open(folder.File("outbox"), new OutboxOptions(), TimeProvider.System, _fixture.Logger).Add(marked, SampleMerit.Audit);
            SampleOutbox again = SampleOutbox.Open(folder.File("outbox"), new OutboxOptions(), TimeProvider.System, _fixture.Logger);
            Assert.Equal(marked.Audit, again.Read(again.Best(_ => true)!.Value)!.Audit);
        }
    }

    [Fact]
    public void Outbox_Full_GivesUpTheCertainSamplesBeforeTheAudit()
    {
        using var folder = new TemporaryFolder();
        SampleOutbox outbox = SampleOutbox.Open(folder.File("outbox"), new OutboxOptions { MaximumBytes = 20_000 }, TimeProvider.System, _fixture.Logger);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(AddOutcome.Stored, outbox.Add(Samples.Create(i) with { Audit = new SampleAudit(0, false) }, SampleMerit.Audit));
        }

        for (int i = 3; i < 60; i++)
        {
            outbox.Add(Samples.Create(i), new SampleMerit(0.3, null));
        }

        HashSet<string> left = [];
        while (outbox.Best(e => !left.Contains(e.Id)) is { } entry)
        {
            left.Add(entry.Id);
        }

        Assert.True(left.Count < 30);
        Assert.All(Enumerable.Range(0, 3), i => Assert.Contains(Samples.Create(i).Id, left));
    }

    private async Task<SampleUpload[]> RunAsync(double share, EntropyFilterOptions filter)
    {
        EdgeAgentOptions options = _fixture.Options(_fixture.WriteFrames(300)) with { Broker = null, Filter = filter, AuditShare = share, AuditSeed = 5 };
        await using (EdgeAgent agent = _fixture.Open(options, new ScriptedUplink()))
        {
            await agent.RunAsync(CancellationToken.None).Reasonable();
        }

        return
        [
            .. Directory.GetFiles(Path.Combine(options.State, "outbox"), "*.sample").Order(StringComparer.Ordinal)
                .Select(path => SpoolFile.Parse(File.ReadAllBytes(path))!),
        ];
    }
}
