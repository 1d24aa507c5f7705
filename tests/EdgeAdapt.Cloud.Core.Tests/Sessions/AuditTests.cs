using EdgeAdapt.Cloud.Core.Sessions;
using EdgeAdapt.Cloud.Core.Tests.Ingest;
using EdgeAdapt.Contracts;
using EdgeAdapt.Onnx.Sessions;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAdapt.Cloud.Core.Tests.Sessions;

public sealed class AuditTests
{
    private static readonly SessionKey Key = new(Workbench.ModelName, "default");

    [Fact]
    public async Task Process_AuditOnly_IsAcknowledgedAndKeptOutOfTraining()
    {
        using var bench = new IngestBench();
        SampleUpload only = bench.Bench.NextUpload() with { Audit = new SampleAudit(1, Selected: false) };
        SampleUpload also = bench.Bench.NextUpload() with { Audit = new SampleAudit(1, Selected: true) };
        await bench.ProcessAsync(only.ToMessage(), also.ToMessage(), bench.Bench.NextUpload().ToMessage());

        SessionSnapshot snapshot = bench.Sessions.Find(Key)!.Snapshot();
        Assert.Equal((2, 2L, 2L), (snapshot.Queued, snapshot.Counts.Stored, snapshot.Counts.Audit.Received));
        Assert.Equal(3, bench.Acknowledged.Sum(a => a.Message.Ids.Count));
        Assert.DoesNotContain(Directory.GetFiles(bench.SamplesFolder("default")), f => f.Contains(only.Id, StringComparison.Ordinal));

        // Sent again, it is acknowledged again and counted once.
        await bench.ProcessAsync(only.ToMessage());
        Assert.Equal(2, bench.Sessions.Find(Key)!.Snapshot().Counts.Audit.Received);
        Assert.Contains(bench.Acknowledged.Last().Message.Ids, id => id == only.Id);
    }

    [Fact]
    public void JudgeAudits_Waiting_CountsTheTeachersAgreementExactly()
    {
        using var bench = new Workbench(Workbench.Options with { MirrorTeacher = false });
        using var teacher = new ModelSession(bench.Model.Teacher.Model.ToBytes(), Workbench.Training);
        using AdaptationEngine engine = bench.NewEngine();
        AdaptationSession session = bench.OpenSession();
        AuditSample[] samples = [.. bench.NextSamples(40).Select((s, i) => new AuditSample(s.Id, i % 4, s.Content))];
        int expected = samples.Count(s => TeacherClass(bench, teacher, s) == s.Class);
        Assert.InRange(expected, 1, 39);
        foreach (AuditSample sample in samples.Append(new AuditSample("broken", 0, new byte[] { 1, 2, 3 })))
        {
            session.Audit(sample);
        }

        while (session.HasAudits)
        {
            session.JudgeAudits(engine);
        }

        AuditCounts counts = session.Snapshot().Counts.Audit;
        Assert.Equal((41L, 40L, (long)expected, 1L), (counts.Received, counts.Judged, counts.Agreed, counts.Skipped));
    }

    [Fact]
    public async Task RunTurn_AuditsBetweenSteps_ChangeNoBitOfWhatIsLearnt()
    {
        byte[][] sets = new byte[2][];
        for (int run = 0; run < 2; run++)
        {
            using var bench = new IngestBench();
            SampleUpload[] training = [.. Enumerable.Range(0, 2 * Workbench.Batch).Select(_ => bench.Bench.NextUpload())];
            SampleUpload[] audits = [.. Enumerable.Range(0, 40).Select(_ => bench.Bench.NextUpload() with { Audit = new SampleAudit(1, Selected: false) })];
            await bench.ProcessAsync([.. training.Take(Workbench.Batch).Select(u => u.ToMessage())]);
            await bench.ProcessAsync([.. audits.Take(run * 40).Select(u => u.ToMessage())]);
            await bench.ProcessAsync([.. training.Skip(Workbench.Batch).Select(u => u.ToMessage())]);
            Work(bench);
            AdaptationSession session = bench.Sessions.Find(Key)!;
            Assert.Equal((2L, run * 40L), (session.Version, session.Snapshot().Counts.Audit.Judged));
            sets[run] = session.ReadVersion(2)!;
        }

        Assert.Equal(sets[0], sets[1]);
    }

    [Fact]
    public void Offer_MoreThanFit_AreSkippedNotKept()
    {
        var waiting = new WaitingAudits();
        for (int i = 0; i < WaitingAudits.Capacity; i++)
        {
            Assert.True(waiting.Offer(new AuditSample($"{i}", 0, new byte[10])));
        }

        Assert.False(waiting.Offer(new AuditSample("more", 0, new byte[10])));
        Assert.Null(waiting.Offer(new AuditSample("7", 0, new byte[10])));
        Assert.Equal(["0", "1"], waiting.Take(2).Select(s => s.Id));
        Assert.True(waiting.Offer(new AuditSample("again", 0, new byte[10])));
        Assert.False(waiting.Offer(new AuditSample("huge", 0, new byte[100 << 20])));
    }

    [Theory]
    [InlineData(0, 10, 0, 0.277533)]
    [InlineData(10, 10, 0.722467, 1)]
    [InlineData(81, 263, 0.255290, 0.366210)]
    public void WilsonInterval_KnownCounts_AreAsPublished(long successes, long trials, double low, double high)
    {
        // 81 of 263 is the example of Newcombe (Statistics in Medicine 1998, table I), 0.2553 to 0.3662; the others follow from q²/(n + q²).
        WilsonInterval interval = WilsonInterval.Of(successes, trials)!;
        Assert.Equal((double)successes / trials, interval.Share);
        Assert.Equal(low, interval.Low, 1e-5);
        Assert.Equal(high, interval.High, 1e-5);
    }

    [Fact]
    public void WilsonInterval_RandomAudits_CoverTheTruthAsOftenAsItSays()
    {
        var random = new Random(9);
        int covered = 0;
        for (int run = 0; run < 4000; run++)
        {
            int successes = Enumerable.Range(0, 60).Count(_ => random.NextDouble() < 0.93);
            WilsonInterval interval = WilsonInterval.Of(successes, 60)!;
            covered += interval.Low <= 0.93 && 0.93 <= interval.High ? 1 : 0;
        }

        Assert.InRange(covered / 4000.0, 0.92, 0.98);
    }

    [Fact]
    public void WilsonInterval_NoTrialOrNonsense_IsNullOrMisuse()
    {
        Assert.Null(WilsonInterval.Of(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => WilsonInterval.Of(2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => WilsonInterval.Of(-1, 1));
    }

    private static void Work(IngestBench bench)
    {
        using var loop = new AdaptationLoop(bench.Sessions, Workbench.Training, _ => { }, bench.Bench.Time, NullLogger.Instance);
        while (loop.RunTurn(CancellationToken.None))
        {
            // Until nobody has work.
        }
    }

    private static int TeacherClass(Workbench bench, ModelSession teacher, AuditSample sample)
    {
        var image = new FloatTensor(bench.Model.Preprocessor.Preprocess(sample.Content).Values, 1, 3, bench.Model.Manifest.Height, bench.Model.Manifest.Width);
        FloatTensor logits = teacher.Run(new Dictionary<string, FloatTensor> { [bench.Model.Teacher.Signature.InputName] = image }, [bench.Model.Teacher.Signature.OutputName])[0];
        return Array.IndexOf(logits.Values, logits.Values.Max());
    }
}
