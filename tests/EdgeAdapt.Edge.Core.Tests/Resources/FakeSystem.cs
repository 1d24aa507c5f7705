using EdgeAdapt.Edge.Core.Resources;

namespace EdgeAdapt.Edge.Core.Tests.Resources;

/// <summary>A folder laid out like the kernel's files.</summary>
internal sealed class FakeSystem : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("edgeadapt-system-");

    public string Root => _root.FullName;

    public ResourceLimits Limits => ControlGroup.Open(Root).Limits();

    public FakeSystem With(string path, string text)
    {
        string full = Path.Combine(Root, path.TrimStart('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        return this;
    }

    /// <summary>Version 2, this process in <paramref name="path"/>.</summary>
    public FakeSystem Unified(string path = "/") => With("/proc/self/cgroup", $"0::{path}\n").With("/sys/fs/cgroup/cgroup.controllers", "cpu memory\n");

    /// <summary>Version 1, with the second hierarchy of one controller more, as distributions mount them.</summary>
    public FakeSystem Split(string path = "/") => With("/proc/self/cgroup", $"9:memory:{path}\n4:cpu,cpuacct:{path}\n1:name=systemd:/init.scope\n0::/init.scope\n");

    public void Dispose() => _root.Delete(recursive: true);
}
