using System.Runtime.InteropServices;

namespace EdgeAdapt.EndToEnd.Tests;

/// <summary>A test of what is published for Linux on x64; it is skipped, visibly, elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxX64FactAttribute : FactAttribute
{
    /// <summary>Marks the test.</summary>
    public LinuxX64FactAttribute()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64)
        {
            Skip = "the published file is for Linux on x64";
        }
    }
}
