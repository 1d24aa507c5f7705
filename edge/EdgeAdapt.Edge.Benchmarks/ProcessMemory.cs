using System.Globalization;

namespace EdgeAdapt.Edge.Benchmarks;

/// <summary>This process's memory as the kernel sees it.</summary>
internal static class ProcessMemory
{
    /// <summary>Bytes resident now.</summary>
    public static long Resident => Read("VmRSS:");

    /// <summary>The most bytes that were resident at once.</summary>
    public static long Peak => Read("VmHWM:");

    private static long Read(string field)
    {
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line[field.Length..].Replace("kB", string.Empty, StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;
    }
}
