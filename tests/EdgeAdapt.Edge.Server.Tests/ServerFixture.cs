using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EdgeAdapt.Edge.Core;
using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Edge.Core.Rollout;
using EdgeAdapt.Edge.Core.Tests;
using EdgeAdapt.Edge.Core.Tests.Answering;
using EdgeAdapt.Edge.Core.Uplink;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Server.Tests;

/// <summary>A running agent on the tiny classifier with a server on a free loopback port.</summary>
internal sealed class ServerFixture : IAsyncDisposable
{
    public const string Model = "/v2/models/tiny";
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;

    private ServerFixture(AgentFixture files, EdgeAgent agent, InferenceServer server, bool runs)
    {
        (Files, Agent, Server) = (files, agent, server);
        Http = new HttpClient { BaseAddress = new UriBuilder(server.Address) { Host = "127.0.0.1" }.Uri };
        _run = runs ? agent.RunAsync(_stop.Token) : Task.CompletedTask;
    }

    public AgentFixture Files { get; }

    public EdgeAgent Agent { get; }

    public InferenceServer Server { get; }

    public HttpClient Http { get; }

    public static async Task<ServerFixture> StartAsync(
        ServerOptions? options = null, Func<EdgeAgentOptions, EdgeAgentOptions>? change = null, TimeProvider? time = null, bool runs = true)
    {
        var files = new AgentFixture();

        // The tests' parameter sets differ much from the model, so that answers tell them apart.
        var guard = new RolloutGuardOptions { Window = 0, CanaryFrames = 0, MaximumDistance = 1000, MaximumShift = 1000 };
        EdgeAgentOptions agentOptions = files.Options(string.Empty) with { TakesRequests = true, Broker = null, Statistics = StatisticsMode.Set, Guard = guard };
        EdgeAgent agent = files.Open(change?.Invoke(agentOptions) ?? agentOptions, new OfflineUplink());
        options ??= new ServerOptions();
        InferenceServer server = await InferenceServer.StartAsync(
            agent.Model, options with { Address = new System.Net.IPEndPoint(options.Address.Address, 0) }, time ?? TimeProvider.System, new Loggers(files.Logger));
        return new ServerFixture(files, agent, server, runs);
    }

    public Task<HttpResponseMessage> PostAsync(string path, string json) => PostAsync(path, Encoding.UTF8.GetBytes(json));

    public async Task<HttpResponseMessage> PostAsync(string path, byte[] body, int? headerLength = null, string? signature = null)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(headerLength is null ? "application/json" : "application/octet-stream");
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (headerLength is { } length)
        {
            request.Headers.Add("Inference-Header-Content-Length", $"{length}");
        }

        if (signature is not null)
        {
            request.Headers.Add("EdgeAdapt-Signature", signature);
        }

        return await Http.SendAsync(request);
    }

    public async Task<JsonElement> GetAsync(string path) => JsonDocument.Parse(await Http.GetStringAsync(new Uri(path, UriKind.Relative))).RootElement;

    public static async Task<JsonElement> JsonAsync(HttpResponseMessage response) => JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

    public static async Task<string> ErrorAsync(HttpResponseMessage response) => (await JsonAsync(response)).GetProperty("error").GetString()!;

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
        await _stop.CancelAsync();
        await _run.Reasonable();
        await Agent.DisposeAsync();
        _stop.Dispose();
        Files.Dispose();
    }

    private sealed class Loggers(ILogger logger) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => logger;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }
}
