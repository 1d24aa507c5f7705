using EdgeAdapt.Adaptation;
using EdgeAdapt.Contracts;
using EdgeAdapt.Datasets;
using EdgeAdapt.Edge.Core.Answering;
using EdgeAdapt.Edge.Core.Frames;
using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Edge.Core.Outbox;
using EdgeAdapt.Edge.Core.Rollout;
using EdgeAdapt.Edge.Core.Telemetry;
using EdgeAdapt.Edge.Core.Uploading;
using EdgeAdapt.Messaging;

namespace EdgeAdapt.Edge.Core;

/// <summary>Everything an agent is told. <see cref="Faults"/> lists all faults at once, each with its remedy.</summary>
public sealed record EdgeAgentOptions
{
    /// <summary>Default of <see cref="ReportBytes"/>: 64 MiB.</summary>
    public const long DefaultReportBytes = 64L << 20;

    /// <summary>Smallest <see cref="ReportBytes"/>: 1 MiB, some minutes of lines.</summary>
    public const long SmallestReportBytes = 1L << 20;

    /// <summary>The .onnx file, normalization layers kept. Its manifest may lie beside it.</summary>
    public required string Model { get; init; }

    /// <summary>Replaces mean and standard deviation of the model's manifest; null keeps them.</summary>
    public Normalization? Normalization { get; init; }

    /// <summary>An .npy file of uint8 <c>[N, H, W, 3]</c>, a folder of JPEG and PNG files, or "-" for standard input; empty for none, where <see cref="TakesRequests"/> or <see cref="FrameInputOptions.ImageTopic"/> is set.</summary>
    public required string Source { get; init; }

    /// <summary>Frames a second, at most <see cref="FramePacer.MaximumRate"/>; 0 for as fast as possible, waiting for each refresh of the statistics.</summary>
    public double Rate { get; init; } = 10;

    /// <summary>Whether to begin again at the end of the source, for ever.</summary>
    public bool Loop { get; init; }

    /// <summary>Whether to wait for new files at the end of a folder, for ever.</summary>
    public bool Watch { get; init; }

    /// <summary>Whose device it is.</summary>
    public string Tenant { get; init; } = Topics.DefaultTenant;

    /// <summary>The device's name; unique in the tenant.</summary>
    public required string Device { get; init; }

    /// <summary>The adaptation group: devices whose inputs drift alike.</summary>
    public string Group { get; init; } = "default";

    /// <summary>Folder of what must survive a restart; one agent's alone.</summary>
    public required string State { get; init; }

    /// <summary>The report file, replaced at the start; null for none.</summary>
    public string? Report { get; init; }

    /// <summary>What the report may take on the disk, the older half of it in a second file; from <see cref="SmallestReportBytes"/>. Default 64 MiB.</summary>
    public long ReportBytes { get; init; } = DefaultReportBytes;

    /// <summary>The broker; null for none. Its client id and will are set by the agent.</summary>
    public MqttSessionOptions? Broker { get; init; }

    /// <summary>Threads of one inference; 0 for one a core.</summary>
    public int Threads { get; init; }

    /// <summary>Where mean and variance come from.</summary>
    public StatisticsMode Statistics { get; init; } = StatisticsMode.Mixed;

    /// <summary>How the device's own statistics follow its frames.</summary>
    public StatisticsPolicy StatisticsPolicy { get; init; } = StatisticsPolicy.Device;

    /// <summary>B, frames between two refreshes of the statistics; 2 to 4096.</summary>
    public int StatisticsBatch { get; init; } = 32;

    /// <summary>
    /// Share of its time that a device which is busy with answers spends on its statistics, 0.001 to 1. One that has idle time uses half of that too, so this bounds
    /// how much of its throughput a busy one gives up.
    /// </summary>
    public double StatisticsLoad { get; init; } = 0.02;

    /// <summary>Which frames are uploaded.</summary>
    public EntropyFilterOptions Filter { get; init; } = EntropyFilterOptions.Device;

    /// <summary><see cref="Filter"/> as it is used: under a byte budget the reserve for changes of the stream is held in bytes.</summary>
    internal EntropyFilterOptions Selection => Upload.Budget.Limits.Count == 0 ? Filter : Filter with { ReserveFrames = 0 };

    /// <summary>Bounds of the outbox.</summary>
    public OutboxOptions Outbox { get; init; } = new();

    /// <summary>How samples are sent.</summary>
    public UploadOptions Upload { get; init; } = new();

    /// <summary>How long the agent stays at the end of a finite source for the outbox to empty; 0 to 1 day.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>PEM files of the public keys that may sign parameter sets; none takes sets unsigned.</summary>
    public IReadOnlyList<string> TrustedKeys { get; init; } = [];

    /// <summary>When a parameter set is refused or taken back.</summary>
    public RolloutGuardOptions Guard { get; init; } = new();

    /// <summary>Whether <see cref="EdgeAgent.Model"/> also answers requests: the agent then stays at the end of its source, and may have none.</summary>
    public bool TakesRequests { get; init; }

    /// <summary>How the stream is watched for change.</summary>
    public DriftOptions Drift { get; init; } = new();

    /// <summary>
    /// Share of the answered frames that are drawn at random and uploaded, marked, whatever their answer: 0 to 1. Default 0: it costs bytes and sends pictures that
    /// the filter would have kept, which an operator should ask for. At 10 frames a second 0.005 are 4,320 samples a day, an accuracy to ± 1.5 %.
    /// </summary>
    public double AuditShare { get; init; }

    /// <summary>Seed of that draw; null makes one of the device's name and the clock, so that neither devices nor starts draw alike.</summary>
    public int? AuditSeed { get; init; }

    /// <summary>What may leave the device.</summary>
    public PrivacyMode Privacy { get; init; }

    /// <summary>Frames on standard input or from the broker.</summary>
    public FrameInputOptions Input { get; init; } = new();

    /// <summary>Which answers are published at the broker.</summary>
    public AnswerPublishing PublishAnswers { get; init; }

    /// <summary>Every fault of these options with its remedy; empty where there is none.</summary>
    public IReadOnlyList<string> Faults() => EdgeAgentOptionsFaults.Of(this, hasSource: false);
}
