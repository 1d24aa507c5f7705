using System.Globalization;
using EdgeAdapt.Edge.Core.Resources;

namespace EdgeAdapt.Edge.Core.Preflight;

/// <summary>Whether the model fits the memory that this process may take, and inference its processors.</summary>
internal static class MemoryCheck
{
    private const double SmallestShare = 0.1;

    /// <summary>Looks.</summary>
    /// <param name="options">What the agent would be told.</param>
    /// <param name="limits">What it may take.</param>
    /// <param name="peakBytes">What this process took at most, with the model loaded in it: the agent takes no less. Null where the system does not say.</param>
    public static IEnumerable<CheckFinding> Run(EdgeAgentOptions options, ResourceLimits limits, long? peakBytes)
    {
        if (limits.MemoryBytes is { } memory && File.Exists(options.Model))
        {
            long need = Math.Max(MemoryNeed.Of(MemoryNeed.ModelBytes(options.Model)), peakBytes ?? 0);
            string by = limits.IsMemoryLimited ? $"the control group (version {limits.ControlGroupVersion}) allows" : "the machine has";
            string text = $"{by} {MemoryNeed.Text(memory)}; with this model an agent takes up to about {MemoryNeed.Text(need)}";
            yield return memory >= need ? CheckFinding.Ok("memory", text) : CheckFinding.Warn(
                "memory", $"{text}, and beyond its limit the kernel ends it. {(limits.IsMemoryLimited ? "Raise the limit" : "Use a machine with more memory")}, or use a smaller model.");
        }

        if (limits.GroupProcessors is { } processors)
        {
            string text = string.Create(CultureInfo.InvariantCulture, $"the control group allows {processors:0.##} processors");
            yield return processors < SmallestShare ? CheckFinding.Warn("processors", $"{text}: answers will be late. Raise the limit to at least {SmallestShare.ToString(CultureInfo.InvariantCulture)}.")
                : options.Threads > Math.Ceiling(processors) ? CheckFinding.Warn("processors", $"{text}, and {options.Threads} threads would wait for each other in it. Give --threads {Math.Max(1, (int)processors)}.")
                : CheckFinding.Ok("processors", text);
        }
    }
}
