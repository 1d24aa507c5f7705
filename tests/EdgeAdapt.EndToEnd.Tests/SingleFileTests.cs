using System.Net.Http.Json;
using EdgeAdapt.Datasets;
using EdgeAdapt.Demo;
using EdgeAdapt.Demo.Processes;
using EdgeAdapt.Demo.Streams;
using EdgeAdapt.Imaging;

namespace EdgeAdapt.EndToEnd.Tests;

/// <summary>The edge agent as one file, as ./edgeadapt publish makes it, run where there is nothing beside it.</summary>
public sealed class SingleFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgeadapt-e2e-");

    public void Dispose() => _folder.Delete(recursive: true);

    [LinuxX64Fact]
    public async Task Publish_OneFile_AnswersFramesAndRequestsWithNothingBesideIt()
    {
        string agent = await PublishAsync();
        (IDriftSource source, string student, _) = EmbeddedDemo.Open();
        DriftStream stream = DriftStream.Write(source, "cam-1", File("cam-1.npy"), 6, seed: 3);
        string address = $"127.0.0.1:{FreePort.Find()}";
        string[] bare = ["-i", "-C", Folder("empty"), $"HOME={Folder("home")}", "PATH=/usr/bin"];
        await using ChildProcess process = Start("the published agent",
        [
            .. bare, agent, "--model", student, "--source", stream.File, "--rate", "0", "--broker", "none", "--device", "cam-1", "--state", File("state"), "--report", File("report.jsonl"),
            "--http", address,
        ]);
        await ReadinessProbe.WaitAsync(process, new Uri($"http://{address}/v2/health/ready"), TimeSpan.FromSeconds(120), TimeProvider.System, CancellationToken.None);
        await Within.SecondsAsync(60, "an answer to every frame", () => Answers() == stream.Labels.Count, process.LastWords);

        // The page is embedded in an assembly, the picture is decoded by a native library, and the version is an assembly's.
        using var client = new HttpClient { BaseAddress = new Uri($"http://{address}") };
        Assert.Contains("<html", await client.GetStringAsync("/"), StringComparison.OrdinalIgnoreCase);
        using HttpResponseMessage answer = await client.PostAsJsonAsync("/v2/models/roadsigns-student/infer", new
        {
            inputs = new[] { new { name = "input", shape = new[] { 1 }, datatype = "BYTES", data = new[] { Convert.ToBase64String(Picture(stream)) } } },
        });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        string metrics = await client.GetStringAsync("/metrics");
        Assert.Contains("edgeadapt_memory_resident_bytes", metrics, StringComparison.Ordinal);
        Assert.Contains("\"0.1.0\"", metrics, StringComparison.Ordinal);
        Assert.True(await process.StopAsync(TimeSpan.FromSeconds(30), TimeProvider.System));
        Assert.Equal(0, await process.Exited);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder("empty")));
    }

    /// <summary>Publishes as build/publish.sh does, with what this test's own build has already made.</summary>
    private async Task<string> PublishAsync()
    {
        await AgentPublishing.RunAsync(File("published"), File("publish.log"), "-p:EdgeAdaptSingleFile=true");
        return Assert.Single(Directory.GetFiles(File("published")));
    }

    private ChildProcess Start(string name, string[] environmentAndCommand) =>
        ChildProcess.Start(new ChildProcessSpec(name, "/usr/bin/env", environmentAndCommand, File($"{name}.log")));

    private int Answers()
    {
        if (!System.IO.File.Exists(File("report.jsonl")))
        {
            return 0;
        }

        using var reader = new StreamReader(new FileStream(File("report.jsonl"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n').Count(l => l.StartsWith("{\"type\":\"answer\"", StringComparison.Ordinal));
    }

    private static byte[] Picture(DriftStream stream)
    {
        NpyArray frames = NpyFile.Read(stream.File);
        using var encoder = new ImageEncoder();
        (int height, int width) = ((int)frames.Shape[1], (int)frames.Shape[2]);
        return encoder.EncodePng(frames.Bytes[..(height * width * 3)], height, width);
    }

    private string Folder(string name) => Directory.CreateDirectory(File(name)).FullName;

    private string File(string name) => Path.Combine(_folder.FullName, name);
}
