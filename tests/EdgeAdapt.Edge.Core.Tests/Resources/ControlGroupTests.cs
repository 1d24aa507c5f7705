using EdgeAdapt.Edge.Core.Resources;

namespace EdgeAdapt.Edge.Core.Tests.Resources;

public sealed class ControlGroupTests : IDisposable
{
    private const string Group = "/sys/fs/cgroup";
    private readonly FakeSystem _system = new();

    public void Dispose() => _system.Dispose();

    [Fact]
    public void Limits_Version2_AreReadFromTheContainersRoot()
    {
        _system.Unified().With($"{Group}/memory.max", "268435456\n").With($"{Group}/memory.high", "max\n").With($"{Group}/cpu.max", "150000 100000\n").With("/proc/meminfo", "MemTotal:        1024000 kB\n");
        Assert.Equal(new ResourceLimits(2, 268435456, 1048576000, 1.5), _system.Limits);
        Assert.True(_system.Limits.IsMemoryLimited);
        Assert.Equal(268435456, _system.Limits.MemoryBytes);
    }

    [Fact]
    public void Limits_Version2Nested_AreTheTightestOfAllLevels()
    {
        _system.Unified("/system.slice/edge.service")
            .With($"{Group}/system.slice/edge.service/memory.max", "900\n").With($"{Group}/system.slice/edge.service/cpu.max", "max 100000\n")
            .With($"{Group}/system.slice/memory.max", "max\n").With($"{Group}/system.slice/memory.high", "700\n").With($"{Group}/system.slice/cpu.max", "25000 50000\n");
        Assert.Equal(new ResourceLimits(2, 700, null, 0.5), _system.Limits);
    }

    [Theory]
    [InlineData("/docker/0123")]
    [InlineData("/../../other")]
    public void Limits_Version2PathOfTheHost_FallBackToTheMount(string path)
    {
        _system.Unified(path).With($"{Group}/memory.max", "500\n");
        Assert.Equal(500, _system.Limits.GroupMemoryBytes);
    }

    [Fact]
    public void Limits_Version1_AreReadFromBothHierarchies()
    {
        _system.Split("/edge").With($"{Group}/memory/edge/memory.limit_in_bytes", "134217728\n").With($"{Group}/memory/memory.limit_in_bytes", "9223372036854771712\n")
            .With($"{Group}/cpu,cpuacct/edge/cpu.cfs_quota_us", "50000\n").With($"{Group}/cpu,cpuacct/edge/cpu.cfs_period_us", "100000\n")
            .With($"{Group}/cpu,cpuacct/cpu.cfs_quota_us", "-1\n").With($"{Group}/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
        Assert.Equal(new ResourceLimits(1, 134217728, null, 0.5), _system.Limits);
    }

    [Fact]
    public void Limits_Version1MountedUnderOneName_AreFound()
    {
        _system.Split().With($"{Group}/cpu/cpu.cfs_quota_us", "200000").With($"{Group}/cpu/cpu.cfs_period_us", "100000");
        Assert.Equal(2, _system.Limits.GroupProcessors);
    }

    [Fact]
    public void Limits_NoLimitSet_AreNone()
    {
        _system.Unified().With($"{Group}/memory.max", "max\n").With($"{Group}/memory.high", "max\n").With($"{Group}/cpu.max", "max 100000\n");
        Assert.Equal(new ResourceLimits(2, null, null, null), _system.Limits);
        using var old = new FakeSystem();
        old.Split().With($"{Group}/memory/memory.limit_in_bytes", "9223372036854771712\n").With($"{Group}/cpu/cpu.cfs_quota_us", "-1\n").With($"{Group}/cpu/cpu.cfs_period_us", "100000\n");
        Assert.Equal(new ResourceLimits(1, null, null, null), old.Limits);
    }

    [Fact]
    public void Limits_NoControlGroups_AreUnknownAndTheMachinesMemoryCounts()
    {
        Assert.Equal(ResourceLimits.Unknown, _system.Limits);
        Assert.Null(_system.Limits.MemoryBytes);
        _system.With("/proc/meminfo", "MemFree: 1 kB\nMemTotal: 2 kB\n");
        Assert.Equal(2048, _system.Limits.MemoryBytes);
        Assert.False(_system.Limits.IsMemoryLimited);
        Assert.Equal(Environment.ProcessorCount, _system.Limits.Processors);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n::\n0:\n")]
    [InlineData("0::")]
    [InlineData("9:memory:relative\n0::/x:y\n")]
    [InlineData("\0\u0001\uFFFD")]
    public void Limits_GarbageAmongTheGroups_AreNone(string lines)
    {
        _system.With("/proc/self/cgroup", lines).With($"{Group}/cgroup.controllers", "memory").With($"{Group}/memory.max", "nonsense");
        Assert.Null(_system.Limits.GroupMemoryBytes);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("twelve", "100000")]
    [InlineData("-5", "0 0")]
    [InlineData("99999999999999999999999", "0 100000")]
    [InlineData("1.5", "50000 0")]
    [InlineData("max max", "a b c")]
    public void Limits_GarbageInTheValues_AreNone(string memory, string processors)
    {
        _system.Unified().With($"{Group}/memory.max", memory).With($"{Group}/cpu.max", processors);
        Assert.Equal(new ResourceLimits(2, null, null, null), _system.Limits);
    }

    [Fact]
    public void Limits_MoreThanTheMachineHas_LimitNothing()
    {
        _system.Unified().With($"{Group}/memory.max", "4096000").With("/proc/meminfo", "MemTotal: 1000 kB");
        Assert.False(_system.Limits.IsMemoryLimited);
        Assert.Equal(1024000, _system.Limits.MemoryBytes);
    }

    [Fact]
    public void ChargedAndThrottled_BothVersions_AreThoseOfTheInnermostGroup()
    {
        _system.Unified("/a").With($"{Group}/a/memory.current", "77\n").With($"{Group}/memory.current", "99\n").With($"{Group}/a/cpu.stat", "usage_usec 1\nnr_throttled 3\nthrottled_usec 2500000\n");
        ControlGroup two = ControlGroup.Open(_system.Root);
        Assert.Equal((77L, TimeSpan.FromSeconds(2.5)), (two.ChargedBytes(), two.Throttled()));
        using var old = new FakeSystem();
        old.Split("/a").With($"{Group}/memory/a/memory.usage_in_bytes", "78\n").With($"{Group}/cpu,cpuacct/a/cpu.stat", "nr_periods 1\nnr_throttled 3\nthrottled_time 3500000000\n");
        ControlGroup one = ControlGroup.Open(old.Root);
        Assert.Equal((78L, TimeSpan.FromSeconds(3.5)), (one.ChargedBytes(), one.Throttled()));
        using var none = new FakeSystem();
        ControlGroup absent = ControlGroup.Open(none.Root);
        Assert.Equal((null, null), (absent.ChargedBytes(), absent.Throttled()));
    }

    [Fact]
    public void ProcessUse_ThisProcess_IsWhatTheKernelSays()
    {
        var use = new ProcessUse();
        Assert.InRange(use.ResidentBytes!.Value, 10_000_000, Environment.WorkingSet * 2);

        // The kernel brings the peak up to date now and then; it may be behind by a few pages.
        long resident = use.ResidentBytes!.Value;
        Assert.InRange(use.PeakResidentBytes!.Value, 0.9 * resident, double.MaxValue);
        Assert.True(use.Threads > 1);
        long before = use.OpenFiles!.Value;
        FileStream[] opened = [.. Enumerable.Range(0, 200).Select(_ => File.OpenRead(typeof(ControlGroupTests).Assembly.Location))];
        Assert.InRange(use.OpenFiles!.Value - before, 150, 250);
        Array.ForEach(opened, f => f.Dispose());
    }

    [Fact]
    public void ProcessUse_FakeAndAbsent_AreReadAndNull()
    {
        Assert.Equal((null, null, null, null), Read(new ProcessUse(_system.Root)));
        _system.With("/proc/self/status", "Name:\tdotnet\nVmHWM:\t   300 kB\nVmRSS:\t   200 kB\nThreads:\t7\n").With("/proc/self/fd/0", "").With("/proc/self/fd/1", "");
        Assert.Equal((200L << 10, 300L << 10, 7, 2), Read(new ProcessUse(_system.Root)));
    }

    private static (long?, long?, long?, long?) Read(ProcessUse use) => (use.ResidentBytes, use.PeakResidentBytes, use.Threads, use.OpenFiles);
}
