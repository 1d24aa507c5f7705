using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Agent.Reloading;

/// <summary>What is logged, while the agent runs. Thread safe.</summary>
internal sealed class LogThreshold(LogLevel level)
{
    private volatile int _level = (int)level;

    /// <summary>The lowest level that is logged.</summary>
    public LogLevel Level
    {
        get => (LogLevel)_level;
        set => _level = (int)value;
    }
}
