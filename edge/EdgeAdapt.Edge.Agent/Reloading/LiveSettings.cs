namespace EdgeAdapt.Edge.Agent.Reloading;

/// <summary>The settings that may change while the agent runs. Each of the others takes part in what is opened at the start: files, sessions, connections.</summary>
internal static class LiveSettings
{
    /// <summary>Their names.</summary>
    public static IReadOnlySet<string> Names { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "entropy-high", "entropy-low", "entropy-warm-up", "entropy-lambda", "entropy-may-rise", "upload-share", "upload-choice", "upload-reserve",
        "outbox-megabytes", "in-flight", "acknowledgement-timeout",
        "upload-megabytes-per-minute", "upload-megabytes-per-hour", "upload-megabytes-per-day", "upload-megabytes-per-month", "upload-burst", "upload-reports", "upload-format", "upload-quality",
        "guard-distance", "guard-shift", "guard-agreement", "guard-entropy", "guard-confidence", "guard-diversity", "guard-slowdown", "guard-window",
        "log-level",
    };
}
