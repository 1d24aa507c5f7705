using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using EdgeAdapt.Contracts;
using EdgeAdapt.ParameterSets;

namespace EdgeAdapt.Cloud.Service.Tests;

/// <summary>The real process with the real broker: what a stop and a kill leave behind.</summary>
public sealed class ProcessTests
{
    private const int Batch = 32;

    [BrokerFact]
    public async Task Sigterm_WithSamplesWaiting_ExitsWithZeroAndGoesOnWithTheNextVersion()
    {
        using var files = new TinyFiles();
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        await using TestDevice device = await TestDevice.ConnectAsync(broker.Port, files.Student);
        await using (CloudProcess first = await CloudProcess.StartAsync(files, broker.Port))
        {
            await device.SendAsync(Enumerable.Range(0, Batch + 5).Select(_ => device.NextUpload()));
            await device.UntilAsync(() => device.Acknowledged.Count == Batch + 5 && device.Sets.Any(s => s.Version == 1));
            Assert.Equal(0, await first.StopAsync());
        }

        // While the service is away the broker keeps uploads for it.
        await device.SendAsync(Enumerable.Range(0, Batch).Select(_ => device.NextUpload()));
        await using CloudProcess second = await CloudProcess.StartAsync(files, broker.Port);
        await device.UntilAsync(() => device.Sets.Any(s => s.Version == 2));
        ParameterSetManifest manifest = ParameterSetFile.FromBytes(device.Sets.Last().Bytes).Manifest;
        Assert.Equal((2L, 1L, 2L * Batch), (manifest.Version, manifest.Parent, manifest.SamplesSeen));
        await device.UntilAsync(() => device.Acknowledged.Count == (2 * Batch) + 5);
        JsonElement samples = (await second.GetAsync("/api/v1/groups/default")).GetProperty("samples");
        Assert.Equal(((2 * Batch) + 5, 2 * Batch, 5), (Int(samples, "stored"), Int(samples, "processed"), Int(samples, "queued")));
        Assert.Equal(0, await second.StopAsync());
    }

    [BrokerFact]
    public async Task Sigkill_AgainAndAgain_LosesNothingAcknowledgedAndTakesEverySampleOnce()
    {
        const int kills = 4;
        using var files = new TinyFiles();
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        await using TestDevice device = await TestDevice.ConnectAsync(broker.Port, files.Student);
        var unacknowledged = new Dictionary<string, SampleUpload>();
        int made = 0;
        for (int round = 1; round <= kills; round++)
        {
            await using CloudProcess cloud = await CloudProcess.StartAsync(files, broker.Port);
            SampleUpload[] fresh = [.. Enumerable.Range(0, Batch + 17).Select(_ => device.NextUpload())];
            made += fresh.Length;
            foreach (SampleUpload upload in fresh)
            {
                unacknowledged[upload.Id] = upload;
            }

            // As a device does: what was not acknowledged is sent again. The kill comes in the middle of it all: after some
            // acknowledgements, while files are written and, in later rounds, while a step is under way.
            int enough = (device.Acknowledged.Count + (round * 7)) % made;
            Task seen = device.UntilAsync(() => device.Acknowledged.Count > enough);
            await device.SendAsync(unacknowledged.Values);
            await seen;
            await cloud.KillAsync();
            foreach (string id in device.Acknowledged.Keys)
            {
                unacknowledged.Remove(id);
            }
        }

        await using CloudProcess last = await CloudProcess.StartAsync(files, broker.Port);
        await device.SendAsync(unacknowledged.Values);
        int versions = made / Batch;
        await device.UntilAsync(() => device.Acknowledged.Count == made && device.Sets.Any(s => s.Version == versions));
        JsonElement group = await last.GetAsync("/api/v1/groups/default");
        JsonElement samples = group.GetProperty("samples");
        Assert.Equal((versions, versions * Batch, made % Batch), (Int(group, "version"), Int(samples, "processed"), Int(samples, "queued")));
        Assert.Equal(made, Directory.GetFiles(files.State, "*.sample", SearchOption.AllDirectories).Length);

        // Versions never go back, and one version is one set of bytes for ever.
        Assert.Equal(device.Sets.Select(s => s.Version).Order(), device.Sets.Select(s => s.Version));
        Assert.All(device.Sets.GroupBy(s => s.Version), g => Assert.Single(g.Select(s => ContentHash.IdOf(s.Bytes)).Distinct()));
        Assert.Equal(versions * Batch, ParameterSetFile.FromBytes(device.Sets.Last().Bytes).Manifest.SamplesSeen);
        Assert.Equal(0, await last.StopAsync());
    }

    [BrokerFact]
    public async Task Start_StateFolderInUse_NamesTheRemedyAndExitsWithTwo()
    {
        using var files = new TinyFiles();
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        await using CloudProcess first = await CloudProcess.StartAsync(files, broker.Port);
        (int code, string output) = await CloudProcess.RunAsync(
            "--student", files.Student, "--teacher", files.Teacher, "--broker", $"127.0.0.1:{broker.Port}", "--state", files.State, "--urls", "http://127.0.0.1:0");
        Assert.Equal(2, code);
        Assert.Contains("--state", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AddressInUse_NamesTheRemedyAndExitsWithTwo()
    {
        using var files = new TinyFiles();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        (int code, string output) = await CloudProcess.RunAsync(
            "--student", files.Student, "--teacher", files.Teacher, "--broker", "127.0.0.1:1", "--state", files.State, "--urls", $"http://{other.LocalEndpoint}");
        Assert.Equal(2, code);
        Assert.Contains("--urls", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_FaultyCommandLines_SayWhyAndExitWithTwo()
    {
        (int code, string output) = await CloudProcess.RunAsync("--student", "/nowhere.onnx", "--teacher", "/nowhere.onnx", "--broker", "x:y", "--state", "/tmp");
        Assert.Equal(2, code);
        Assert.Contains("--broker is 'x:y'", output, StringComparison.Ordinal);
        Assert.Contains("/nowhere.onnx", output, StringComparison.Ordinal);
        (code, output) = await CloudProcess.RunAsync("--broker", "x:1", "--bogus");
        Assert.Equal(2, code);
        Assert.Contains("--student", output, StringComparison.Ordinal);
        Assert.Contains("--bogus", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_Asked_ShowsAnExampleAndEveryOption()
    {
        (int code, string output) = await CloudProcess.RunAsync("--help");
        Assert.Equal(0, code);
        Assert.Contains("edgeadapt cloud [options]", output, StringComparison.Ordinal);
        Assert.Contains("edgeadapt cloud --student student.onnx", output, StringComparison.Ordinal);
        foreach (string option in new[] { "--teacher", "--state", "--urls", "--model", "--tenant", "--mean", "--std", "--profile", "--seed" })
        {
            Assert.Contains(option, output, StringComparison.Ordinal);
        }
    }

    private static int Int(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
