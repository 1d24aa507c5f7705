using System.Net;
using EdgeAdapt.Datasets;
using EdgeAdapt.Edge.Core;
using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Edge.Core.Serving;
using EdgeAdapt.Edge.Core.Telemetry;
using EdgeAdapt.Edge.Core.Uploading;
using EdgeAdapt.Edge.Server;
using EdgeAdapt.Messaging;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.ParameterSets;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAdapt.Edge.Page.Tests;

/// <summary>An agent with the demo's model that answers drawn road signs, forty a second, and its server on a free loopback port.</summary>
internal sealed class RoadSignAgent : IAsyncDisposable
{
    public const string Device = "gate-3";
    private const int Frames = 800;
    private static readonly NormalizationModel Student = NormalizationModel.Of(OnnxModel.Load(Checkout.Path("deploy", "models", "roadsigns", "student.onnx")));
    private readonly TemporaryFolder _folder;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;
    private readonly ServerOptions _options;

    private RoadSignAgent(TemporaryFolder folder, EdgeAgent agent, InferenceServer server, ServerOptions options)
    {
        (_folder, Agent, Server) = (folder, agent, server);
        _options = options with { Address = new IPEndPoint(IPAddress.Loopback, server.Address.Port) };
        _run = agent.RunAsync(_stop.Token);
    }

    public EdgeAgent Agent { get; }

    public InferenceServer? Server { get; private set; }

    public string Url => $"http://127.0.0.1:{_options.Address.Port}/";

    public static async Task<RoadSignAgent> StartAsync(ServerOptions? server = null)
    {
        var folder = new TemporaryFolder();
        byte[] clear = RoadSigns.Render(1_000_000, 3 * Frames / 4, RoadSignCondition.Clean).Pixels;
        byte[] fog = RoadSigns.Render(1_000_001, Frames / 4, new RoadSignCondition(RoadSignWeather.Fog, 2)).Pixels;
        EdgeAgent agent = EdgeAgent.Open(
            new EdgeAgentOptions
            {
                Model = Checkout.Path("deploy", "models", "roadsigns", "student.onnx"),
                Source = folder.Write("frames.npy", NpyFile.ToBytes(NpyArray.Of([.. clear, .. fog], Frames, RoadSigns.Size, RoadSigns.Size, 3))),
                Loop = true,
                Rate = 40,
                Device = Device,
                Group = "gates",
                Broker = new MqttSessionOptions { Host = "cloud", Port = 8883, ClientId = Device },
                State = folder.File("state"),
                Threads = 1,
                TakesRequests = true,
                Guard = new RolloutGuardOptions { Window = 0 },
                Drift = new DriftOptions { Window = 100 },
                Upload = new UploadOptions { Budget = new ByteBudgetOptions { BytesPerHour = 40_000_000, BytesPerDay = 500_000_000 } },
            },
            _ => new AcknowledgingUplink(), TimeProvider.System, NullLogger.Instance);
        ServerOptions options = (server ?? new ServerOptions()) with { Address = new IPEndPoint(IPAddress.Loopback, 0) };
        return new RoadSignAgent(folder, agent, await Listen(agent, options), options);
    }

    /// <summary>Brings in a set a little different from the model, which the guard takes.</summary>
    public async Task SwapAsync(long version)
    {
        IReadOnlyList<LayerParameters> parameters = [.. Student.Source.Select(p => p with { Scale = [.. p.Scale.Select(v => v * (1 + (0.002f * version)))] })];
        var manifest = new ParameterSetManifest { BaseModelSha256 = Student.Model.Sha256, Version = version, Scope = "gates" };
        ParametersDecision decision = await Agent.Model.OfferAsync(ParameterSetFile.ToBytes(Student.Pack(manifest, parameters)), null, CancellationToken.None).Reasonable();
        Assert.True(decision.Accepted, decision.Refusal);
    }

    public async Task StopServerAsync()
    {
        await Server!.DisposeAsync();
        Server = null;
    }

    public async Task RestartServerAsync() => Server = await Listen(Agent, _options);

    public async ValueTask DisposeAsync()
    {
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }

        await _stop.CancelAsync();
        await _run.Reasonable();
        await Agent.DisposeAsync();
        _stop.Dispose();
        _folder.Dispose();
    }

    private static Task<InferenceServer> Listen(EdgeAgent agent, ServerOptions options) =>
        InferenceServer.StartAsync(agent.Model, options, TimeProvider.System, NullLoggerFactory.Instance);
}
