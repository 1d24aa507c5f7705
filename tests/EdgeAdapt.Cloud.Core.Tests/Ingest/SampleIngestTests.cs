using System.Text;
using EdgeAdapt.Cloud.Core.Sessions;
using EdgeAdapt.Cloud.Core.Storage;
using EdgeAdapt.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAdapt.Cloud.Core.Tests.Ingest;

public sealed class SampleIngestTests
{
    [Fact]
    public async Task Process_GoodSamples_AreOnTheDiskBeforeTheyAreAcknowledged()
    {
        using var bench = new IngestBench();
        var onDisk = new List<bool>();
        bench.OnPublish = acknowledgement =>
        {
            // What another process would find if this one died now.
            SampleStore store = SampleStore.Open(bench.SamplesFolder("default"), 0, NullLogger.Instance);
            onDisk.AddRange(acknowledgement.Ids.Select(store.Contains));
        };
        SampleUpload[] uploads = [bench.Bench.NextUpload("cam-1"), bench.Bench.NextUpload("cam-2"), bench.Bench.NextUpload("cam-1")];
        await bench.ProcessAsync([.. uploads.Select(u => u.ToMessage())]);
        Assert.Equal([true, true, true], onDisk);
        Assert.Equal([uploads[0].Id, uploads[2].Id], bench.Acknowledged.Single(a => a.Device == "cam-1").Message.Ids);
        Assert.Equal([uploads[1].Id], bench.Acknowledged.Single(a => a.Device == "cam-2").Message.Ids);
        Assert.Equal(1, bench.Woken);
    }

    [Fact]
    public async Task Process_SentAgain_IsAcknowledgedAgainAndStoredOnce()
    {
        using var bench = new IngestBench();
        SampleUpload upload = bench.Bench.NextUpload();
        await bench.ProcessAsync(upload.ToMessage());
        await bench.ProcessAsync(upload.ToMessage(), upload.ToMessage());
        Assert.Equal(2, bench.Acknowledged.Count(a => a.Message.Ids.SequenceEqual([upload.Id])));
        SessionCounts counts = Session(bench).Snapshot().Counts;
        Assert.Equal((3L, 1L, 2L), (counts.Received, counts.Stored, counts.Duplicates));
    }

    [Fact]
    public async Task Process_DiskFails_AcknowledgesNothing()
    {
        using var bench = new IngestBench();
        await bench.ProcessAsync(bench.Bench.NextUpload().ToMessage());
        Directory.Delete(bench.SamplesFolder("default"), recursive: true);
        SampleUpload upload = bench.Bench.NextUpload();
        await bench.ProcessAsync(upload.ToMessage());
        Assert.Single(bench.Acknowledged);
        Assert.Contains(bench.Log.Messages, m => m.Text.Contains("not acknowledged", StringComparison.Ordinal));
        Directory.CreateDirectory(bench.SamplesFolder("default"));
        await bench.ProcessAsync(upload.ToMessage());
        Assert.Equal([upload.Id], bench.Acknowledged.Last().Message.Ids);
    }

    [Fact]
    public async Task Process_GroupThatCannotBeOpened_LeavesTheOthersAlone()
    {
        using var bench = new IngestBench();
        string obstacle = Path.GetDirectoryName(bench.SamplesFolder("bad"))!;
        Directory.CreateDirectory(Path.GetDirectoryName(obstacle)!);
        File.WriteAllText(obstacle, "a file where the group's folder would be");
        SampleUpload first = bench.Bench.NextUpload(), bad = bench.Bench.NextUpload(group: "bad"), last = bench.Bench.NextUpload();
        await bench.ProcessAsync(first.ToMessage(), bad.ToMessage(), last.ToMessage());
        Assert.Equal([first.Id, last.Id], bench.Acknowledged.SelectMany(a => a.Message.Ids));
        Assert.Contains(bench.Log.Messages, m => m.Text.StartsWith("Handling incoming messages failed", StringComparison.Ordinal));

        File.Delete(obstacle);
        await bench.ProcessAsync(bad.ToMessage());
        Assert.Contains(bad.Id, bench.Acknowledged.SelectMany(a => a.Message.Ids));
    }

    [Fact]
    public async Task Process_SamplesThatCanNeverBeAccepted_AreRefusedAndCountedByReason()
    {
        using var bench = new IngestBench(new AdaptationSessionOptions { MaximumSessions = 1 });
        await bench.ProcessAsync(bench.Bench.NextUpload().ToMessage());
        SampleUpload undecodable = bench.Bench.NextUpload(content: Encoding.ASCII.GetBytes("no picture at all"));
        SampleUpload foreign = bench.Bench.NextUpload() with { BaseModelSha256 = new string('a', 64) };
        SampleUpload unknown = bench.Bench.NextUpload() with { Model = "other" };
        SampleUpload crowded = bench.Bench.NextUpload(group: "another");
        MqttMessage tampered = bench.Bench.NextUpload().ToMessage() with { Payload = new byte[] { 1, 2, 3 } };
        await bench.ProcessAsync(undecodable.ToMessage(), foreign.ToMessage(), unknown.ToMessage(), crowded.ToMessage(), tampered);
        string[] refused = [undecodable.Id, foreign.Id, unknown.Id, crowded.Id, tampered.UserProperties["id"]];
        Assert.Equal(refused, bench.Acknowledged.SelectMany(a => a.Message.Refused));
        Assert.Single(bench.Acknowledged.SelectMany(a => a.Message.Ids));
        Assert.Equal(
            ["ForeignBaseModel 1", "Malformed 1", "TooManyGroups 1", "Undecodable 1", "UnknownModel 1"],
            bench.Ingest.Refused.Select(r => $"{r.Key} {r.Value}").Order(StringComparer.Ordinal));
        IReadOnlyDictionary<string, long> ofGroup = Session(bench).Snapshot().Counts.Refused;
        Assert.Equal(["ForeignBaseModel", "Undecodable"], ofGroup.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(1, Session(bench).Snapshot().Queued);
    }

    [Fact]
    public async Task Process_ArbitraryMessages_NeverThrowAndLetGoodOnesThrough()
    {
        using var bench = new IngestBench();
        var random = new Random(3);
        MqttMessage good = bench.Bench.NextUpload().ToMessage();
        var messages = new List<MqttMessage> { new() { Topic = "elsewhere" }, new() { Topic = good.Topic } };
        foreach (string name in good.UserProperties.Keys)
        {
            foreach (string value in new[] { string.Empty, "x", "-1", "NaN", new string('9', 400), "../../etc/passwd", "\0\n" })
            {
                messages.Add(good with { UserProperties = new Dictionary<string, string>(good.UserProperties) { [name] = value } });
            }

            messages.Add(good with { UserProperties = good.UserProperties.Where(p => p.Key != name).ToDictionary() });
        }

        for (int i = 0; i < 50; i++)
        {
            byte[] noise = new byte[random.Next(200)];
            random.NextBytes(noise);
            messages.Add(bench.Bench.NextUpload(content: [1, .. noise]).ToMessage());
            messages.Add(good with { ContentType = "text/plain", Payload = noise });
        }

        SampleUpload last = bench.Bench.NextUpload();
        await bench.ProcessAsync([.. messages, last.ToMessage()]);
        Assert.Contains(last.Id, bench.Acknowledged.SelectMany(a => a.Message.Ids));
        Assert.DoesNotContain(bench.Log.Messages, m => m.Text.StartsWith("Handling incoming messages failed", StringComparison.Ordinal));
        Assert.All(bench.Sessions.All, s => Assert.True(Topics.IsName(s.Key.Group)));
        Assert.Empty(Directory.GetFiles(bench.Bench.Folder, "*passwd*", SearchOption.AllDirectories));
    }

    private static AdaptationSession Session(IngestBench bench) => bench.Sessions.Find(new SessionKey(Workbench.ModelName, "default"))!;
}
