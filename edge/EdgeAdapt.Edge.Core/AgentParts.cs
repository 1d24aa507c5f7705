using System.Diagnostics.Metrics;
using EdgeAdapt.Adaptation;
using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Answering;
using EdgeAdapt.Edge.Core.Frames;
using EdgeAdapt.Edge.Core.Metrics;
using EdgeAdapt.Edge.Core.Outbox;
using EdgeAdapt.Edge.Core.Reporting;
using EdgeAdapt.Edge.Core.Rollout;
using EdgeAdapt.Storage;
using EdgeAdapt.Edge.Core.Telemetry;
using EdgeAdapt.Edge.Core.Uplink;
using EdgeAdapt.Edge.Core.Uploading;
using EdgeAdapt.Imaging;
using EdgeAdapt.Messaging;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.ParameterSets.Signing;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core;

/// <summary>What an agent is made of, opened in order and disposed in reverse.</summary>
internal sealed class AgentParts : IAsyncDisposable
{
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan SessionExpiry = TimeSpan.FromHours(1);
    private readonly Stack<IDisposable> _opened = new();
    private volatile string? _settingsFault;

    private AgentParts(EdgeAgentOptions options, Func<MqttSessionOptions, IUplink> connect, TimeProvider time, ILogger logger, IFrameSource? live)
    {
        Options = options;
        IsLive = live is not null || options.Input.IsLive(options.Source);
        try
        {
            NormalizationModel model = NormalizationModel.Of(OnnxModel.Load(options.Model));
            ModelManifest manifest = ModelManifest.Load(options.Model, options.Normalization);
            ModelName = Topics.IsName(manifest.Name) ? manifest.Name : throw new EdgeAgentException(NameFault(manifest.Name));
            if (model.Signature.FixedBatch > 1)
            {
                throw new EdgeAgentException(BatchFault(options.Model, model.Signature.FixedBatch));
            }

            Meter = Track(AgentMeter.Create(options, ModelName));
            Counters = new AgentCounters(Meter);
            Manifest = manifest;
            IFrameSource? source = live ?? (options is { Source.Length: 0, Input.ImageTopic: null } ? null : OpenSource(options, Counters, time));
            Images = source as ImageTopicFrameSource;
            Source = Track(options.TakesRequests ? new OpenEndedFrameSource(source, time) : source!);
            StateFolder state = Track(StateFolder.Open(options.State, mayBeReadOnly: true));
            Outbox = SampleOutbox.Open(state.File("outbox"), WithinBudget(options), time, logger);
            Budget = new ByteBudget(options.Upload.Budget, state.File("budget.json"), time, logger);
            Steering = new ShareSteering(options.Upload.Budget, () => Outbox.Bytes, time);
            Report = Track(new ReportWriter(options.Report, options.ReportBytes, logger));
            Decoder = Track(new FrameDecoder(manifest, options.Upload));
            RolloutOptions = new RolloutOptions(
                options.Statistics, options.StatisticsPolicy, new SessionSettings { Threads = options.Threads }, Decoder.ImageShape, options.State, options.Group)
            {
                Guard = options.Guard,
                Trusted = TrustedKeys.Load(options.TrustedKeys),
                Normalization = manifest.Normalization,
                StatisticsLoad = options.StatisticsLoad,
                StatisticsBatch = options.StatisticsBatch,
            };
            Rollout = Track(new ModelRollout(model, RolloutOptions, Report, Counters, time, logger));
            if (Rollout.Active.Classes < 2)
            {
                throw new EdgeAgentException(ClassesFault(options.Model, Rollout.Active.Classes));
            }

            Filter = new EntropyFilter(options.Selection, Rollout.Active.Classes);
            Drift = new DriftTelemetry(options.Drift, Rollout.Active.Classes, Rollout.Model, time);
            DriftState = new DriftStateFile(state.File("drift.json"), ModelSha256, options.Drift, logger);
            DriftState.Restore(Drift);
            Rollout.StatisticsRefreshed += (statistics, _, changed) => Drift.Observe(statistics, changed);
            Audit = new AuditDraw(options.AuditShare, options.AuditSeed ?? SeedOf($"{options.Tenant}-{options.Device}-{time.GetUtcNow().Ticks}"));
            FilterState = new FilterStateFile(state.File("filter.json"), ModelSha256, options.Selection, logger);
            Uplink = options.Broker is { } broker ? connect(Complete(broker, time)) : new OfflineUplink();
        }
        catch
        {
            if (Source is null)
            {
                live?.Dispose();
            }

            DisposeOpened();
            throw;
        }
    }

    public EdgeAgentOptions Options { get; }

    public string ModelName { get; }

    public ModelManifest Manifest { get; }

    public ClassifierSignature Signature => Rollout.Model.Signature;

    public string ModelSha256 => Rollout.Model.Model.Sha256;

    public IFrameSource Source { get; }

    /// <summary>The source where it takes pictures from the broker, otherwise null.</summary>
    public ImageTopicFrameSource? Images { get; }

    /// <summary>Whether the source sets the pace itself.</summary>
    public bool IsLive { get; }

    public SampleOutbox Outbox { get; }

    public ByteBudget Budget { get; }

    public ShareSteering Steering { get; }

    public ReportWriter Report { get; }

    public FrameDecoder Decoder { get; }

    public ModelRollout Rollout { get; }

    public RolloutOptions RolloutOptions { get; }

    public EntropyFilter Filter { get; }

    public FilterStateFile FilterState { get; }

    public IUplink Uplink { get; }

    public string? SettingsFault
    {
        get => _settingsFault;
        set => _settingsFault = value;
    }

    public AgentCounters Counters { get; }

    public Meter Meter { get; }

    public DriftTelemetry Drift { get; }

    public AuditDraw Audit { get; }

    public DriftStateFile DriftState { get; }

    /// <summary>Checks the options and opens everything.</summary>
    /// <exception cref="EdgeAgentException">Something cannot be used.</exception>
    public static AgentParts Open(EdgeAgentOptions options, Func<MqttSessionOptions, IUplink> connect, TimeProvider time, ILogger logger, IFrameSource? live)
    {
        IReadOnlyList<string> faults = EdgeAgentOptionsFaults.Of(options, hasSource: live is not null);
        if (faults.Count > 0)
        {
            live?.Dispose();
            throw new EdgeAgentException(string.Join(Environment.NewLine, faults));
        }

        try
        {
            return new AgentParts(options, connect, time, logger, live);
        }
        catch (Exception e) when (e is OnnxModelException or ModelManifestException or FrameSourceException or StateFolderException)
        {
            throw new EdgeAgentException(e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EdgeAgentException($"{e.Message} Give --report and --state paths that this user may write to.", e);
        }
    }

    /// <summary>Opens the source that the options name.</summary>
    /// <exception cref="FrameSourceException">It cannot be read, or holds nothing.</exception>
    public static IFrameSource OpenSource(EdgeAgentOptions options, AgentCounters counters, TimeProvider time) =>
        options.Input.ImageTopic is not null ? new ImageTopicFrameSource(options.Input, counters.CountSkippedFrame)
        : options.Source == FrameInputOptions.StandardInput ? OpenStandardInput(options.Input, counters)
        : File.Exists(options.Source) ? new NpyFrameSource(options.Source, options.Loop)
        : new FolderFrameSource(options.Source, options.Watch ? FolderReading.Watch : options.Loop ? FolderReading.Loop : FolderReading.Once, Settling, time, options.Input.MaximumFrameBytes);

    private static StreamFrameSource OpenStandardInput(FrameInputOptions options, AgentCounters counters) => Console.IsInputRedirected
        ? new StreamFrameSource(Console.OpenStandardInput(), "stdin", options, counters.CountSkippedFrame)
        : throw new FrameSourceException("Standard input is a terminal. Pipe frames in, for example: ffmpeg -i video.mp4 -f image2pipe -vcodec mjpeg - | edgeadapt edge --source - ...");

    /// <summary>What is wrong with a model's name.</summary>
    public static string NameFault(string name) =>
        $"The model name '{name}' cannot stand in a topic. Write a \"name\" of 1 to {Topics.MaximumNameLength} of A-Z, a-z, 0-9, '_' and '-' into the model's manifest.";

    /// <summary>What is wrong with a model for several pictures at once.</summary>
    public static string BatchFault(string model, long batch) => $"'{model}' takes batches of {batch} pictures only. Export it with an open batch dimension.";

    /// <summary>What is wrong with a model that is no classifier.</summary>
    public static string ClassesFault(string model, int classes) =>
        $"'{model}' answers with {classes} value; a classifier has at least 2 classes. Give a classifier with its logits as output.";

    /// <summary>The message of an answer. Without images, the frame's name stays too: a file may be called by what it shows.</summary>
    public MqttMessage Pack(PublishedAnswer answer) => new DeviceAnswer
    {
        Class = answer.Class,
        Label = Manifest.Labels.Count > 0 ? Shorten(Manifest.LabelOf(answer.Class)) : null,
        Confidence = answer.Confidence,
        Entropy = answer.Entropy,
        ParameterVersion = answer.Version,
        StatisticsGeneration = answer.Generation,
        Frame = answer.Number,
        Name = Options.Privacy == PrivacyMode.Images ? Shorten(answer.Name) : null,
        Captured = answer.Captured,
    }.ToMessage(Options.Tenant, Options.Device, ModelName);

    private static string Shorten(string text) => text.Length <= DeviceAnswer.MaximumTextLength ? text : text[..DeviceAnswer.MaximumTextLength];

    /// <summary>Statistics under the names that the model gives its mean and variance tensors; none for layers without.</summary>
    public Dictionary<string, float[]> NameStatistics(IReadOnlyList<LayerStatistics> statistics)
    {
        var tensors = new Dictionary<string, float[]>(StringComparer.Ordinal);
        for (int i = 0; i < statistics.Count; i++)
        {
            if (Rollout.Model.Layers[i].HasStatistics)
            {
                tensors[Rollout.Model.Layers[i].MeanName] = statistics[i].Mean;
                tensors[Rollout.Model.Layers[i].VarianceName] = statistics[i].Variance;
            }
        }

        return tensors;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Uplink.DisposeAsync().ConfigureAwait(false);
        DisposeOpened();
    }

    public static OutboxOptions WithinBudget(EdgeAgentOptions options) =>
        options.Outbox with { MaximumSampleBytes = Math.Min(options.Outbox.MaximumSampleBytes, options.Upload.Budget.LargestSample) };

    private void DisposeOpened()
    {
        while (_opened.TryPop(out IDisposable? part))
        {
            part.Dispose();
        }
    }

    private T Track<T>(T part)
        where T : IDisposable
    {
        _opened.Push(part);
        return part;
    }

    /// <summary>
    /// Who this client is, what the broker says of it when it vanishes, and an hour in which the broker keeps acknowledgements for it: without
    /// them everything on its way would be sent twice after a short outage.
    /// </summary>
    private MqttSessionOptions Complete(MqttSessionOptions broker, TimeProvider time)
    {
        string client = $"{Options.Tenant}-{Options.Device}";
        var offline = new DeviceStatus { Online = false, Group = Options.Group, Model = ModelName };
        return broker with
        {
            ClientId = client.Length <= MqttSessionOptions.MaximumClientIdLength ? client : ContentHash.IdOf(System.Text.Encoding.UTF8.GetBytes(client)),
            Will = offline.ToMessage(Options.Tenant, Options.Device, time.GetUtcNow()),
            SessionExpiry = SessionExpiry,
            JitterSeed = SeedOf(client),
            MaximumPacketLength = Math.Max(broker.MaximumPacketLength, Options.Input.PacketBytes),
        };
    }

    private static int SeedOf(string text) => BitConverter.ToInt32(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)), 0);
}
