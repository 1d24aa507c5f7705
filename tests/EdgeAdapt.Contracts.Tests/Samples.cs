using EdgeAdapt.ParameterSets;

namespace EdgeAdapt.Contracts.Tests;

/// <summary>One good message of each kind.</summary>
internal static class Samples
{
    public const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    public static readonly string BaseModel = new('a', 64);

    public static readonly DateTimeOffset Time = new(2025, 3, 4, 5, 6, 7, 123, TimeSpan.FromHours(2));

    private static readonly byte[] Content = [1, 2, 3, 4];

    public static SampleUpload Upload => new()
    {
        Id = ContentHash.IdOf(Content),
        Tenant = "acme",
        Device = "cam-1",
        Group = "north",
        Model = "resnet20",
        BaseModelSha256 = BaseModel,
        ParameterVersion = 7,
        Entropy = 0.1f + 0.2f,
        ContentType = ContentTypes.Png,
        Content = Content,
        Captured = Time,
        TraceParent = Trace,
    };

    public static SampleAcknowledgement Acknowledgement => new([ContentHash.IdOf(Content), new string('0', 32)]);

    public static ParameterSet Set => new(
        new ParameterSetManifest { BaseModelSha256 = BaseModel, Version = 3, Parent = 2, Scope = "north", Created = Time, SamplesSeen = 99, Steps = 3 },
        new Dictionary<string, float[]> { ["bn1.weight"] = [1, -2.5f], ["bn1.bias"] = [0, float.Epsilon], ["empty"] = [] });

    public static StatisticsReport Statistics => new()
    {
        Tenant = "acme",
        Device = "cam-1",
        Group = "north",
        Model = "resnet20",
        BaseModelSha256 = BaseModel,
        ParameterVersion = 3,
        Frames = 640,
        Tensors = new Dictionary<string, float[]> { ["bn1.running_mean"] = [0.5f], ["bn1.running_var"] = [1.5f] },
        Reported = Time,
        TraceParent = Trace,
    };

    public static ParametersPublication Publication => new()
    {
        Tenant = "acme",
        Group = "north",
        Model = "resnet20",
        Set = Set,
        Published = Time,
        TraceParent = Trace,
    };

    public static DeviceStatus Status => new() { Online = true, Group = "north", Model = "resnet20", ParameterVersion = 3, OutboxCount = 5, OutboxBytes = 1234 };

    public static DeviceAnswer Answer => new()
    {
        Class = 3, Label = "stop", Confidence = 0.75f, Entropy = 0.5f, ParameterVersion = 3, StatisticsGeneration = 12, Frame = 17, Name = "stdin[17]", Captured = Time,
    };

    public static TelemetryReport Telemetry => new()
    {
        Group = "north",
        BaseModelSha256 = BaseModel,
        ParameterVersion = 3,
        Frames = 1500,
        Window = new TelemetryWindow
        {
            Frames = 4,
            MeanEntropy = 0.25,
            MeanConfidence = 0.75,
            Entropy = [3, 1],
            Confidence = [0, 1, 0, 3],
            Classes = new Dictionary<int, long> { [7] = 3, [0] = 1 },
        },
        Layers = [new TelemetryLayer("bn1", 0.5, 0.125)],
        ReferenceEntropy = 0.2,
        Suspicion = 0.4,
        AdaptiveWindowFrames = 800,
        Changes = 1,
        LastChange = new TelemetryChange
        {
            Number = 1, Time = Time, Detector = "PageHinkley", Direction = "Rise", Frame = 900, Began = 40, Before = 0.1, After = 0.3, ParameterVersion = 2, ParametersChanged = true,
        },
    };

    public static IReadOnlyList<MqttMessage> AllMessages =>
    [
        Upload.ToMessage(),
        Acknowledgement.ToMessage("acme", "cam-1", Time, Trace),
        Statistics.ToMessage(),
        Publication.ToMessage(),
        Status.ToMessage("acme", "cam-1", Time),
        Telemetry.ToMessage("acme", "cam-1", "resnet20", Time),
        Answer.ToMessage("acme", "cam-1", "resnet20"),
    ];
}
