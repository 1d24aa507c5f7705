using System.Diagnostics;

namespace EdgeAdapt.Edge.Core.Tests;

/// <summary>A test that mounts a small file system in a namespace of its own, which needs no rights where the system grants such namespaces; skipped visibly elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MountFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> Possible = new(Try);

    public MountFactAttribute()
    {
        if (!Possible.Value)
        {
            Skip = "'unshare -rm' cannot mount a file system here.";
        }
    }

    private static bool Try()
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("unshare", ["-rm", "sh", "-c", "mount -t tmpfs -o size=64k none /mnt"]) { RedirectStandardError = true })!;
            return process.WaitForExit(TimeSpan.FromSeconds(30)) && process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
