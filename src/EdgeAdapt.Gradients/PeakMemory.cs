using System.Globalization;

namespace EdgeAdapt.Gradients;

/// <summary>The most memory this process has held at once, native memory counted, since it was made. Linux only.</summary>
internal sealed class PeakMemory
{
    private const string Reset = "/proc/self/clear_refs";
    private const string Status = "/proc/self/status";
    private const string Counter = "VmHWM:";
    private readonly bool _counts = TryReset();

    /// <summary>Bytes, or null where the system does not say.</summary>
    public long? Read() => !_counts ? null : File.ReadLines(Status)
        .Where(l => l.StartsWith(Counter, StringComparison.Ordinal))
        .Select(l => (long?)1024 * long.Parse(l.AsSpan(Counter.Length).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture)).FirstOrDefault();

    private static bool TryReset()
    {
        try
        {
            // 5: the peak is set back to what is held now.
            File.WriteAllText(Reset, "5");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
