namespace EdgeAdapt.Edge.Core.Resources;

/// <summary>What this process may take of its machine.</summary>
/// <param name="ControlGroupVersion">1 or 2 for the kind of control groups that memory is counted in; 0 where there are none.</param>
/// <param name="GroupMemoryBytes">Bytes of memory that the tightest control group around this process allows; null for no such limit.</param>
/// <param name="MachineMemoryBytes">Bytes of the machine's memory; null where the system does not say.</param>
/// <param name="GroupProcessors">Processors' worth of time that the tightest control group allows, above 0, for example 0.5; null for no such limit.</param>
public sealed record ResourceLimits(int ControlGroupVersion, long? GroupMemoryBytes, long? MachineMemoryBytes, double? GroupProcessors)
{
    /// <summary>Where nothing is known.</summary>
    public static ResourceLimits Unknown { get; } = new(0, null, null, null);

    /// <summary>Bytes of memory that this process may take: the group's limit or the machine's memory, whichever is less; null where neither is known.</summary>
    public long? MemoryBytes => GroupMemoryBytes is null ? MachineMemoryBytes : Math.Min(GroupMemoryBytes.Value, MachineMemoryBytes ?? long.MaxValue);

    /// <summary>Whether the group allows less memory than the machine has.</summary>
    public bool IsMemoryLimited => GroupMemoryBytes is { } bytes && bytes < (MachineMemoryBytes ?? long.MaxValue);

    /// <summary>Processors' worth of time that this process may take.</summary>
    public double Processors => Math.Min(GroupProcessors ?? double.PositiveInfinity, Environment.ProcessorCount);
}
