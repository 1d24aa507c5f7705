using System.Diagnostics.Metrics;
using EdgeAdapt.Edge.Core.Resources;

namespace EdgeAdapt.Edge.Core.Metrics;

/// <summary>What the process uses of its machine and what it may use. Read when a scraper asks; a frame pays nothing.</summary>
internal static class ResourceMeter
{
    private const string Bytes = "By";

    /// <summary>Adds the instruments. What the system does not tell has no measurement.</summary>
    public static void Observe(Meter meter, ControlGroup group, ProcessUse use)
    {
        meter.CreateObservableGauge("edgeadapt.memory.limit", () => Limit(group.Limits()), Bytes, "Memory that this process may take, by what limits it.");
        meter.CreateObservableGauge("edgeadapt.memory.resident", () => Of(use.ResidentBytes), Bytes, "Resident memory of this process, native libraries included.");
        meter.CreateObservableGauge("edgeadapt.memory.charged", () => Of(group.ChargedBytes()), Bytes, "What the control group is charged with: all its processes, and files kept in memory for them.");
        meter.CreateObservableGauge("edgeadapt.cpu.limit", () => group.Limits().Processors, "{cpu}", "Processors' worth of time that this process may take.");
        meter.CreateObservableCounter("edgeadapt.cpu.throttled", () => Of(group.Throttled()?.TotalSeconds), "s", "Time in which the control group was stopped because its processor time was used up.");
        meter.CreateObservableGauge("edgeadapt.threads", () => Of(use.Threads), "{thread}", "Threads of this process, native libraries' included.");
        meter.CreateObservableGauge("edgeadapt.files.open", () => Of(use.OpenFiles), "{file}", "Open file handles: files, sockets, pipes.");
    }

    private static Measurement<T>[] Of<T>(T? value)
        where T : struct => value is { } known ? [new Measurement<T>(known)] : [];

    private static Measurement<long>[] Limit(ResourceLimits limits) =>
        limits.MemoryBytes is { } bytes ? [new Measurement<long>(bytes, new KeyValuePair<string, object?>("source", limits.IsMemoryLimited ? "control_group" : "machine"))] : [];
}
