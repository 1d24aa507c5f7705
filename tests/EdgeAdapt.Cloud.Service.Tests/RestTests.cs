using System.Net;
using System.Text;
using System.Text.Json;
using EdgeAdapt.Contracts;
using EdgeAdapt.Messaging;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeAdapt.Cloud.Service.Tests;

public sealed class RestTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [BrokerFact]
    public Task Groups_AfterUploads_ShowVersionsAndCountersAndGiveTheSet() => WithDeviceAsync(async (http, device) =>
    {
        SampleUpload[] uploads = [.. Enumerable.Range(0, 16).Select(_ => device.NextUpload())];
        SampleUpload broken = device.Upload(Encoding.ASCII.GetBytes("no picture"));
        await device.SendAsync(uploads);
        await device.SendAsync(uploads[0], broken);
        await device.SendAsync(new DeviceStatus { Online = true, Group = "default", Model = "tiny", OutboxCount = 2 }
            .ToMessage("default", device.Name, DateTimeOffset.UnixEpoch));
        await device.UntilAsync(() => device.Acknowledged.Count == 16 && device.Refused.ContainsKey(broken.Id) && device.Sets.Any(s => s.Version == 2));

        JsonElement group = await JsonAsync(http, "/api/v1/groups/default");
        Assert.Equal("tiny", group.GetProperty("model").GetString());
        Assert.Equal(2, group.GetProperty("version").GetInt64());
        JsonElement samples = group.GetProperty("samples");
        Assert.Equal((18, 16, 1), (Int(samples, "received"), Int(samples, "stored"), Int(samples, "duplicates")));
        Assert.Equal(1, Int(samples.GetProperty("refused"), "Undecodable"));
        Assert.Equal((0, 16, 16), (Int(samples, "queued"), Int(samples, "processed"), Int(samples, "replay")));
        JsonElement step = group.GetProperty("steps").GetProperty("recent")[1];
        Assert.Equal(2, Int(step, "version"));
        Assert.True(step.GetProperty("studentLoss").GetDouble() > 0);
        JsonElement shown = group.GetProperty("devices")[0];
        Assert.Equal(("cam-1", 2), (shown.GetProperty("name").GetString(), Int(shown.GetProperty("status"), "outboxCount")));
        JsonElement version = group.GetProperty("versions")[1];
        HttpResponseMessage download = await http.GetAsync(new Uri(version.GetProperty("href").GetString()!, UriKind.Relative));
        Assert.Equal(ContentTypes.Parameters, download.Content.Headers.ContentType!.MediaType);
        Assert.Equal(device.Sets.Last(s => s.Version == 2).Bytes, await download.Content.ReadAsByteArrayAsync());

        // On an operator's word a version goes out once more.
        int sets = device.Sets.Count;
        Assert.Equal(HttpStatusCode.NoContent, (await http.PostAsync(new Uri("/api/v1/groups/default/parameters/1/reissue", UriKind.Relative), null)).StatusCode);
        await device.UntilAsync(() => device.Sets.Count > sets);
        Assert.Equal(1, device.Sets.Last().Version);
        Assert.Equal(HttpStatusCode.NotFound, (await http.PostAsync(new Uri("/api/v1/groups/default/parameters/99/reissue", UriKind.Relative), null)).StatusCode);
        JsonElement listed = (await JsonAsync(http, "/api/v1/groups")).GetProperty("groups")[0];
        Assert.Equal(("default", 2), (listed.GetProperty("id").GetString(), Int(listed, "version")));
        Assert.Equal("default", (await JsonAsync(http, "/api/v1/models")).GetProperty("models")[0].GetProperty("groups")[0].GetString());
    });

    [BrokerFact]
    public Task Groups_TelemetryOfADevice_IsShownBesideIt() => WithDeviceAsync(async (http, device) =>
    {
        SampleUpload upload = device.NextUpload();
        MqttMessage telemetry = new TelemetryReport
        {
            Group = upload.Group,
            BaseModelSha256 = upload.BaseModelSha256,
            Frames = 40,
            Layers = [new TelemetryLayer("bn", 0.5, 0.25)],
            Changes = 1,
            LastChange = new TelemetryChange { Number = 1, Time = DateTimeOffset.UnixEpoch, Detector = "PageHinkley", Direction = "Rise", Frame = 30, Before = 0.1, After = 0.5 },
        }.ToMessage("default", device.Name, upload.Model, DateTimeOffset.UnixEpoch);
        await device.SendAsync(telemetry with { Payload = telemetry.Payload[..20] });
        await device.SendAsync(telemetry);

        // Behind them in the same connection: once it is acknowledged they have been taken.
        await device.SendAsync(upload);
        await device.UntilAsync(() => device.Acknowledged.ContainsKey(upload.Id));
        JsonElement shown = (await JsonAsync(http, "/api/v1/groups/default")).GetProperty("devices")[0];
        Assert.Equal((device.Name, 40), (shown.GetProperty("name").GetString(), Int(shown.GetProperty("telemetry"), "frames")));
        Assert.Equal("Rise", shown.GetProperty("telemetry").GetProperty("lastChange").GetProperty("direction").GetString());
        Assert.Equal(0.25, shown.GetProperty("telemetry").GetProperty("layers")[0].GetProperty("hellinger").GetDouble());
        Assert.Equal(1, Int(await JsonAsync(http, "/api/v1/groups"), "telemetryIgnored"));
    });

    [BrokerFact]
    public async Task Health_BrokerDownAtStart_IsLiveAndBecomesReadyWhenItAppears()
    {
        using var files = new TinyFiles();
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        await broker.StopAsync();
        await using WebApplication app = await StartAsync(files, broker.Port);
        using HttpClient http = Client(app);
        Assert.True((await JsonAsync(http, "/v2/health/live")).GetProperty("live").GetBoolean());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync(new Uri("/v2/health/ready", UriKind.Relative))).StatusCode);
        Task ready = ReadyAsync(app);
        await broker.RestartAsync();
        await ready;
        Assert.True((await JsonAsync(http, "/v2/health/ready")).GetProperty("ready").GetBoolean());

        // It goes away and comes back.
        await broker.KillAsync();
        await StateAsync(app, MqttSessionState.Disconnected, MqttSessionState.Connecting);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync(new Uri("/v2/health/ready", UriKind.Relative))).StatusCode);
        await broker.RestartAsync();
        await ReadyAsync(app);
        await app.StopAsync();
    }

    [Theory]
    [InlineData("/api/v1/groups/none", "none")]
    [InlineData("/api/v1/groups/none/parameters/1", "none")]
    [InlineData("/api/v1/groups/default?model=other", "other")]
    [InlineData("/nowhere", null)]
    [InlineData("/api/v1/groups/default/parameters/x", null)]
    public async Task Get_UnknownThings_AnswersProblemDetails404(string path, string? named)
    {
        using var files = new TinyFiles();
        await using WebApplication app = await StartAsync(files, brokerPort: 1);
        using HttpClient http = Client(app);
        HttpResponseMessage response = await http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        JsonElement problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(404, Int(problem, "status"));
        Assert.Contains(named ?? string.Empty, problem.TryGetProperty("detail", out JsonElement detail) ? detail.GetString()! : string.Empty, StringComparison.Ordinal);
        await app.StopAsync();
    }

    [Fact]
    public async Task Get_Root_SaysWhatThisIs()
    {
        using var files = new TinyFiles();
        await using WebApplication app = await StartAsync(files, brokerPort: 1);
        using HttpClient http = Client(app);
        JsonElement root = await JsonAsync(http, "/");
        Assert.Equal("EdgeAdapt cloud service", root.GetProperty("name").GetString());
        JsonElement model = (await JsonAsync(http, "/api/v1/models")).GetProperty("models")[0];
        Assert.Equal(("tiny", 4, 2), (model.GetProperty("name").GetString(), Int(model, "classes"), Int(model, "normalizationLayers")));
        await app.StopAsync();
    }

    private static int Int(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private static async Task<WebApplication> StartAsync(TinyFiles files, int brokerPort)
    {
        WebApplication app = CloudHost.Build(files.Load(brokerPort), MqttTransports.Default, TimeProvider.System);
        await app.StartAsync();
        return app;
    }

    /// <summary>A service that runs, and a device at its broker.</summary>
    private static async Task WithDeviceAsync(Func<HttpClient, TestDevice, Task> test)
    {
        using var files = new TinyFiles();
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        await using WebApplication app = await StartAsync(files, broker.Port);
        await ReadyAsync(app);
        using HttpClient http = Client(app);
        await using TestDevice device = await TestDevice.ConnectAsync(broker.Port, files.Student);
        await test(http, device);
        await app.StopAsync();
    }

    private static HttpClient Client(WebApplication app) => new() { BaseAddress = new Uri(app.Urls.Single()) };

    private static async Task<JsonElement> JsonAsync(HttpClient http, string path) =>
        JsonDocument.Parse(await http.GetStringAsync(new Uri(path, UriKind.Relative))).RootElement;

    private static Task ReadyAsync(WebApplication app) => StateAsync(app, MqttSessionState.Connected);

    private static async Task StateAsync(WebApplication app, params MqttSessionState[] states)
    {
        MqttSession broker = app.Services.GetRequiredService<CloudRuntime>().Broker;
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        broker.StateChanged += state => _ = states.Contains(state) && reached.TrySetResult();
        if (!states.Contains(broker.State))
        {
            await reached.Task.WaitAsync(Patience);
        }
    }
}
