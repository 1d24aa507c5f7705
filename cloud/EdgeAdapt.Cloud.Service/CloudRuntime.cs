using EdgeAdapt.Storage;
using EdgeAdapt.Cloud.Core.Ingest;
using EdgeAdapt.Cloud.Core.Models;
using EdgeAdapt.Cloud.Core.Publishing;
using EdgeAdapt.Cloud.Core.Sessions;
using EdgeAdapt.Cloud.Core.Storage;
using EdgeAdapt.Cloud.Service.Settings;
using EdgeAdapt.Messaging;

namespace EdgeAdapt.Cloud.Service;

/// <summary>
/// The parts of the service, put together: one owner for what must be disposed. Sessions are open when it exists; nothing
/// runs before <see cref="CloudWorker"/> starts it.
/// </summary>
public sealed class CloudRuntime : IAsyncDisposable
{
    private readonly StateFolder _state;
    private readonly ServedModel _model;
    private volatile bool _modelsLoaded;

    /// <summary>Opens the state folder and its sessions.</summary>
    /// <param name="setup">What to serve.</param>
    /// <param name="connect">Makes connections to the broker.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Makes loggers.</param>
    /// <exception cref="StateFolderException">The state folder cannot be used.</exception>
    public CloudRuntime(CloudSetup setup, Func<IMqttTransport> connect, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(setup);
        Setup = setup;
        _state = StateFolder.Open(setup.State);
        _model = new ServedModel(setup.Manifest, setup.Student, setup.Teacher, setup.Options);
        ILogger logger = loggers.CreateLogger("EdgeAdapt.Cloud");
        Sessions = SessionCatalog.Open(_state, setup.Tenant, [_model], setup.Sessions, time, logger);
        Broker = new MqttSession(connect, setup.Broker with { ClientId = _state.ClientId() }, time, loggers.CreateLogger("EdgeAdapt.Messaging"));
        Acknowledgements = new AcknowledgementSender(setup.Tenant, Broker.PublishAsync, time, logger);
        Publisher = new ParameterPublisher(setup.Tenant, Broker.PublishAsync, setup.SigningKey, time, logger);
        Devices = new DeviceReports(Sessions, time, logger);
        Ingest = new SampleIngest(Sessions, Acknowledgements, () => Loop?.Wake(), time, logger);
        LoopFactory = () => new AdaptationLoop(Sessions, setup.Training, Publisher.Request, time, logger);
    }

    /// <summary>What is served.</summary>
    public CloudSetup Setup { get; }

    /// <summary>The sessions.</summary>
    public SessionCatalog Sessions { get; }

    /// <summary>What the devices report.</summary>
    public DeviceReports Devices { get; }

    /// <summary>Takes samples in.</summary>
    public SampleIngest Ingest { get; }

    /// <summary>The connection to the broker.</summary>
    public MqttSession Broker { get; }

    /// <summary>Whether the service can do its work: graphs built, broker connected.</summary>
    public bool Ready => _modelsLoaded && Broker.State == MqttSessionState.Connected;

    /// <summary>Whether the gradient graphs are built.</summary>
    public bool ModelsLoaded => _modelsLoaded;

    internal AcknowledgementSender Acknowledgements { get; }

    internal ParameterPublisher Publisher { get; }

    internal AdaptationLoop? Loop { get; private set; }

    private Func<AdaptationLoop> LoopFactory { get; }

    /// <summary>Builds the gradient graphs; seconds for large models.</summary>
    /// <exception cref="Onnx.OnnxModelException">A model has operators without a gradient.</exception>
    internal AdaptationLoop LoadModels()
    {
        Loop = LoopFactory();
        _modelsLoaded = true;
        return Loop;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync().ConfigureAwait(false);
        Loop?.Dispose();
        Acknowledgements.Dispose();
        Publisher.Dispose();
        Setup.SigningKey?.Dispose();
        _model.Dispose();
        _state.Dispose();
    }
}
