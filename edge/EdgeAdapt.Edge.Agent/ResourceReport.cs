using EdgeAdapt.Edge.Core.Resources;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Agent;

/// <summary>Tells the log once, when the model is loaded, what the process uses and may use.</summary>
internal static class ResourceReport
{
    private const string Unknown = "an unknown amount";

    /// <summary>Writes it.</summary>
    /// <param name="logger">Where to.</param>
    /// <param name="limits">What it may use.</param>
    /// <param name="use">What it uses.</param>
    /// <param name="lowered">Settings whose defaults are smaller here, with their values.</param>
    public static void Write(ILogger logger, ResourceLimits limits, ProcessUse use, IReadOnlyList<string> lowered)
    {
        string source = limits.IsMemoryLimited ? $"the control group (version {limits.ControlGroupVersion})" : "the machine";
        AgentLog.Resources(logger, Text(use.ResidentBytes), Text(limits.MemoryBytes), source, limits.Processors, use.Threads, use.OpenFiles);
        if (lowered.Count > 0)
        {
            AgentLog.DefaultsLowered(logger, string.Join(", ", lowered));
        }
    }

    private static string Text(long? bytes) => bytes is { } known ? MemoryNeed.Text(known) : Unknown;
}
