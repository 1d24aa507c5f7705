using System.Globalization;

namespace EdgeAdapt.Edge.Core.Preflight;

/// <summary>Looks at what the agent writes to: the state folder, its disk, the report.</summary>
internal static class StateCheck
{
    private const long LeastRoom = 16 << 20;

    public static IEnumerable<CheckFinding> Run(EdgeAgentOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.State))
        {
            yield break;
        }

        string folder = Path.GetFullPath(options.State);
        string? fault = FindWriteFault(folder);
        yield return fault is not null ? CheckFinding.Fail("state", $"Cannot write to the state folder '{folder}': {fault} Give --state a folder that this user may write to.")
            : IsHeld(folder) ? CheckFinding.Warn("state", $"An agent runs with '{folder}'. Stop it before another is started with this folder.")
            : CheckFinding.Ok("state", $"'{folder}' can be written to, and no agent runs with it");
        if (fault is null)
        {
            yield return OfDisk(folder, options.Outbox.MaximumBytes);
        }

        if (options.Report is { } report)
        {
            fault = FindWriteFault(Path.GetDirectoryName(Path.GetFullPath(report))!);
            yield return fault is null ? CheckFinding.Ok("report", $"'{report}' can be written") : CheckFinding.Fail("report", $"Cannot write '{report}': {fault} Give --report a path that this user may write to.");
        }
    }

    /// <summary>Whether another process holds the folder's lock.</summary>
    public static bool IsHeld(string folder)
    {
        string path = Path.Combine(folder, "lock");
        try
        {
            using var held = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static CheckFinding OfDisk(string folder, long outboxBytes)
    {
        long used = Directory.Exists(Path.Combine(folder, "outbox")) ? new DirectoryInfo(Path.Combine(folder, "outbox")).EnumerateFiles().Sum(f => f.Length) : 0;
        long free = new DriveInfo(Existing(folder)).AvailableFreeSpace;
        string text = string.Create(CultureInfo.InvariantCulture, $"{free >> 20} MiB free, the outbox may take {Math.Max(0, outboxBytes - used) >> 20} MiB more");
        return free < LeastRoom ? CheckFinding.Fail("disk", $"{text}. Free at least {LeastRoom >> 20} MiB on the disk of --state.")
            : free < outboxBytes - used ? CheckFinding.Warn("disk", $"{text}. Free space on the disk of --state, or give --outbox-megabytes {Math.Max(1, (free / 2) >> 20)}.")
            : CheckFinding.Ok("disk", text);
    }

    /// <summary>Why nothing can be written to a folder, tried at the nearest one that exists; null where it can.</summary>
    private static string? FindWriteFault(string folder)
    {
        if (File.Exists(Existing(folder)))
        {
            return $"'{Existing(folder)}' is a file.";
        }

        string probe = Path.Combine(Existing(folder), $".edgeadapt-check-{Guid.NewGuid():N}");
        try
        {
            using var file = new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            file.WriteByte(1);
            file.Flush(flushToDisk: true);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message.Replace(probe, Path.GetDirectoryName(probe), StringComparison.Ordinal);
        }
    }

    /// <summary>The nearest thing above a path that exists, or it itself.</summary>
    private static string Existing(string folder)
    {
        while (!Path.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
        {
            folder = parent;
        }

        return folder;
    }
}
