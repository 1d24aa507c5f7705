namespace EdgeAdapt.Edge.Core.Resources;

/// <summary>
/// The control group that this process is in, version 1 or 2 (kernel documentation: admin-guide/cgroup-v1/memory, scheduler/sched-bwc, admin-guide/cgroup-v2). Where it lies is
/// looked up once, its values whenever they are asked for. Thread safe. Of a system without control groups everything is null.
/// </summary>
public sealed class ControlGroup
{
    // Version 1 has no word for "no limit": it shows the largest multiple of the page size, of which every page size leaves this.
    private const long NoLimit = 1L << 62;
    private readonly SystemFiles _files;
    private readonly GroupFolders _memory;
    private readonly GroupFolders _processors;

    private ControlGroup(SystemFiles files) => (_files, _memory, _processors) = (files, GroupFolders.Find(files, "memory"), GroupFolders.Find(files, "cpu"));

    /// <summary>Finds the group of this process.</summary>
    /// <param name="root">The root of the file system, or a folder laid out like it.</param>
    public static ControlGroup Open(string root = "/") => new(new SystemFiles(root));

    /// <summary>Reads what the group and all around it allow.</summary>
    public ResourceLimits Limits() => new(_memory.Version, Memory(), _files.Field("/proc/meminfo", "MemTotal") * 1024, Processors());

    /// <summary>Bytes that the group is charged with now: all its processes, and files that the kernel keeps in memory for them; null where it does not say.</summary>
    public long? ChargedBytes() => _memory.Version == 0 ? null : _files.Number($"{_memory.Folders[0]}/{(_memory.Version == 1 ? "memory.usage_in_bytes" : "memory.current")}");

    /// <summary>How long processes of the group have been stopped because its processor time was used up; null where it does not say.</summary>
    public TimeSpan? Throttled() => _processors.Version switch
    {
        1 when _files.Field($"{_processors.Folders[0]}/cpu.stat", "throttled_time") is { } nanoseconds => TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick),
        2 when _files.Field($"{_processors.Folders[0]}/cpu.stat", "throttled_usec") is { } microseconds => TimeSpan.FromMicroseconds(microseconds),
        _ => null,
    };

    /// <summary>memory.high stops no process, it slows it down to a crawl: for an agent that is to answer, that is the limit.</summary>
    private long? Memory() => Smallest(_memory.Folders.SelectMany(
        f => _memory.Version == 1 ? [_files.Number($"{f}/memory.limit_in_bytes")] : new[] { _files.Number($"{f}/memory.max"), _files.Number($"{f}/memory.high") }));

    private double? Processors() => _processors.Folders.Select(f => _processors.Version == 1
        ? Share(_files.Number($"{f}/cpu.cfs_quota_us"), _files.Number($"{f}/cpu.cfs_period_us"))
        : _files.Lines($"{f}/cpu.max").FirstOrDefault()?.Split(' ') is [var quota, var period] ? Share(SystemFiles.Whole(quota), SystemFiles.Whole(period)) : null).Min();

    private static double? Share(long? quota, long? period) => quota > 0 && period > 0 ? (double)quota / period : null;

    private static long? Smallest(IEnumerable<long?> limits) => limits.Where(l => l is >= 0 and < NoLimit).Min();
}
