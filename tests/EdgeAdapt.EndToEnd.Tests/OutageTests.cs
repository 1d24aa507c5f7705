using EdgeAdapt.Cloud.Core.Storage;
using EdgeAdapt.Datasets;
using EdgeAdapt.Demo;
using EdgeAdapt.Demo.Processes;
using EdgeAdapt.Demo.Reports;
using EdgeAdapt.Demo.Statistics;
using EdgeAdapt.Demo.Streams;
using EdgeAdapt.Imaging;

namespace EdgeAdapt.EndToEnd.Tests;

/// <summary>The broker goes away in the middle, as in a power cut, and comes back.</summary>
public sealed class OutageTests : IDisposable
{
    private const int FramesPerPhase = 60;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgeadapt-e2e-");

    [BrokerFact]
    public async Task Broker_KilledAndRestarted_EverySelectedSampleReachesTheCloudOnce()
    {
        (IDriftSource source, string student, string teacher) = EmbeddedDemo.Open();
        DriftStream stream = DriftStream.Write(source, "cam-1", Path.Combine(_folder.FullName, "cam-1.npy"), FramesPerPhase, seed: 11);
        var record = new AgentRecord(stream.Device, stream.Labels);
        using var tail = new ReportFileTail(Path.Combine(_folder.FullName, "cam-1.jsonl"));
        bool Seen(int frames)
        {
            tail.ReadNew().Select(AgentReportParser.Parse).OfType<AgentReport>().ToList().ForEach(record.Apply);
            return record.Position >= frames;
        }

        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        string address = $"http://127.0.0.1:{FreePort.Find()}";
        await using ChildProcess cloud = Programs.Start(Programs.CloudService, Path.Combine(_folder.FullName, "cloud.log"),
            ["--student", student, "--teacher", teacher, "--broker", $"{broker.Host}:{broker.Port}", "--state", Path.Combine(_folder.FullName, "cloud"), "--urls", address]);
        await ReadinessProbe.WaitAsync(cloud, new Uri($"{address}/v2/health/ready"), TimeSpan.FromSeconds(60), TimeProvider.System, CancellationToken.None);
        await using ChildProcess agent = Programs.Start(Programs.EdgeAgent, Path.Combine(_folder.FullName, "agent.log"),
        [
            "--model", student, "--source", stream.File, "--rate", "40", "--broker", $"{broker.Host}:{broker.Port}", "--device", stream.Device,
            "--state", Path.Combine(_folder.FullName, "agent"), "--report", Path.Combine(_folder.FullName, "cam-1.jsonl"), "--threads", "1",
            "--entropy-high", "0.9", "--entropy-low", "none", "--acknowledgement-timeout", "5", "--drain-timeout", "60", "--upload-format", "original",
        ]);

        await Within.SecondsAsync(30, "100 answers", () => Seen(100), () => agent.LastWords());
        await broker.KillAsync();
        await Within.SecondsAsync(30, "120 more answers without a broker", () => Seen(220), () => agent.LastWords());
        await Within.SecondsAsync(10, "the agent to notice", () => Seen(0) && record.Status is { Connected: false, Outbox: > 0 });
        await broker.RestartAsync();
        await Within.SecondsAsync(90, "the end of the stream and an empty outbox", () => Seen(0) && record.IsFinished, () => $"{record.Status} {agent.LastWords()}");

        Assert.Equal(0, await Within.ExitAsync(agent, 20));
        Assert.True(await cloud.StopAsync(TimeSpan.FromSeconds(30), TimeProvider.System));
        Assert.Equal(0, await cloud.Exited);

        int[] selected = [.. Enumerable.Range(0, record.Frames).Where(i => record.Answer(i)!.Uploaded)];
        Assert.All(Enumerable.Range(0, record.Frames), i => Assert.Null(record.Answer(i)!.Failure));
        Assert.InRange(selected.Count(i => i is > 110 and < 210), 5, 100);
        Assert.Equal((0, 0, selected.Length), (record.Status!.Outbox, record.Status.Dropped, (int)record.Status.Uploaded));
        Assert.Equal(selected, FramesIn(Path.Combine(_folder.FullName, "cloud"), stream, student).Order());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    // The cloud's samples as frames of the stream: pictures are compared, so that a sample cannot hide behind another's name.
    private static IEnumerable<int> FramesIn(string state, DriftStream stream, string student)
    {
        using var preprocessor = new ImagePreprocessor(ModelManifest.Load(student));
        using var reader = NpyFrameReader.Open(stream.File);
        Dictionary<string, int> frames = Enumerable.Range(0, (int)reader.Count).ToDictionary(
            i => Key(preprocessor.PreprocessPixels(reader.ReadFrame(i), reader.Height, reader.Width, reader.Channels)), i => i);
        foreach (string file in Directory.EnumerateFiles(state, "*.sample", SearchOption.AllDirectories))
        {
            SampleContent sample = SampleFile.TryParse(File.ReadAllBytes(file)) ?? throw new InvalidDataException($"{file} is damaged.");
            yield return frames[Key(preprocessor.Preprocess(sample.Content).Values)];
        }
    }

    private static string Key(ReadOnlySpan<float> values) =>
        Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values)));
}
