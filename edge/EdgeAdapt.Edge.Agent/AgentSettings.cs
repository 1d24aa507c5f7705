using EdgeAdapt.Edge.Core.Outbox;

namespace EdgeAdapt.Edge.Agent;

/// <summary>All settings of the agent.</summary>
internal static class AgentSettings
{
    /// <summary>In the order in which help shows them.</summary>
    public static IReadOnlyList<AgentSetting> All { get; } =
    [
        new("model", "The classifier, an .onnx file with its normalization layers kept; its manifest (.json) may lie beside it. Required."),
        new("source", "Frames: an .npy file of uint8 [N, H, W, 3], or a folder of JPEG and PNG files. Required."),
        new("rate", "Frames a second, at most 1000; 0 takes them as fast as possible and waits for each refresh of the statistics. Default 10."),
        new("loop", "Begin again at the end of the source, for ever.", IsSwitch: true),
        new("watch", "Wait for new files at the end of a folder, for ever; those that are there at the start come first.", IsSwitch: true),
        new("state", "Folder of what must survive a restart: outbox, last good parameters, statistics. One agent's alone. Required."),
        new("report", "Write one JSON line for every answer, swap and second to this file, replacing it."),
        new("broker", "The MQTT 5 broker, HOST or HOST:PORT; \"none\" for no uplink. Default 127.0.0.1:1883, with --ca-file port 8883."),
        new("device", "This device's name, unique in the tenant. Default: the host name."),
        new("group", "The adaptation group: devices whose input drifts alike. Default \"default\"."),
        new("tenant", "Whose device this is. Default \"default\"."),
        new("mean", "Mean of each channel in units of x / 255, for example 0.485,0.456,0.406; replaces the manifest's. Goes with --std."),
        new("std", "Standard deviation of each channel, for example 0.229,0.224,0.225. Goes with --mean."),
        new("statistics", "Mean and variance of the normalization layers: mixed (this device's recent frames mixed with the model's), set (the parameter set's) or source (the model's). Default mixed."),
        new("statistics-batch", "Frames between two refreshes of mixed statistics. Default 32."),
        new("statistics-memory", "Frames that the moving average remembers, where the stream does not change; at least 16. Default 128."),
        new("statistics-prior", "N, weight of the model's own statistics in the mixture, against 64 for the recent frames. Default 40."),
        new("statistics-distance", "Distance at which a layer's weight in the mixture is halved; 0 weights all layers alike. Default 0.02."),
        new("entropy-high", "E_max at the start as a share of ln(classes); frames above it are not uploaded. Default 0.4."),
        new("entropy-low", "E_min as a share of ln(classes), or \"none\"; frames below it are not uploaded. Default 0.02."),
        new("entropy-warm-up", "Frames after which E_max follows the mean entropy, or \"none\". Default 256."),
        new("entropy-lambda", "Factor of the dynamic E_max. Default 1."),
        new("upload-share", "Largest share of the frames to upload, above 0 and at most 1: a device on a thin uplink sends the least certain of those the thresholds keep. Default none."),
        new("entropy-may-rise", "Let the dynamic E_max rise above its start, as the published rule does: more uploads when the first frames were easy.", IsSwitch: true),
        new("outbox-megabytes", $"Room for samples that wait for the cloud; beyond it the oldest are dropped. Default {OutboxOptions.DefaultMaximumBytes >> 20}."),
        new("in-flight", "Samples that may be on their way at once. Default 32."),
        new("acknowledgement-timeout", "Seconds until a sample that the cloud did not acknowledge is sent again. Default 20."),
        new("drain-timeout", "Seconds to stay at the end of the source until the outbox is empty. Default 30."),
        new("threads", "Threads of one inference; 0 for one a core. Default 0."),
        new("username", "User name at the broker."),
        new("password-file", "File that holds the password at the broker."),
        new("ca-file", "PEM file of the authorities that may sign the broker's certificate; turns TLS on."),
        new("certificate-file", "PEM file of this device's certificate. Goes with --key-file."),
        new("key-file", "PEM file of this device's private key."),
        new("trusted-key", "PEM file of a public key that parameter sets must be signed with; several times for several keys, elsewhere separated by commas. Default: sets are taken unsigned.", IsList: true),
        new("guard-distance", "How far scale and bias of a layer may be from the model's, as a share of their size; beyond it a set is refused. Default 1."),
        new("guard-shift", "How far the statistics of a layer may be from the model's, in deviations; beyond it a set is refused. Default 20."),
        new("canary-frames", "Frames kept on this device to try parameter sets on; 0 for none. Default 32."),
        new("guard-agreement", "Share of frames on which a new set must give the class of the last good one. Default 0.4."),
        new("guard-entropy", "How much a new set may raise the mean entropy of the answers, as a share of ln(classes); 1 allows any rise. Default 0.2."),
        new("guard-confidence", "How much a new set may lower the mean confidence of the answers; 1 allows any fall. Default 0.25."),
        new("guard-concentration", "How much a new set may raise the share of the most frequent class; 1 allows any rise. Default 0.35."),
        new("guard-slowdown", "How many times as long as with the last good set a median answer may take. Default 3."),
        new("guard-window", "Frames for which a new set is watched, and taken back where it is worse than the last good one; 0 for no watch. Default 64."),
        new("keep-sets", "Good parameter sets kept on disk. Default 5."),
        new("log-level", "trace, debug, information, warning, error or none. Default information."),
    ];
}
