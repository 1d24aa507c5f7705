using System.Globalization;

namespace EdgeAdapt.Edge.Core.Resources;

/// <summary>The kernel's files below a root. What cannot be read or understood is as good as absent: a device without control groups is no fault.</summary>
/// <param name="root">"/", or a folder laid out like it.</param>
internal sealed class SystemFiles(string root)
{
    /// <summary>Full path of an absolute path of the system.</summary>
    public string Path(string path) => System.IO.Path.Combine(root, path.TrimStart('/'));

    /// <summary>Lines of a file; none where it cannot be read.</summary>
    public string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(Path(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The number after a name at the start of a line, as in "VmRSS:   123 kB" or "throttled_usec 5"; null for none.</summary>
    public long? Field(string path, string name)
    {
        string? line = Array.Find(Lines(path), l => l.StartsWith(name, StringComparison.Ordinal) && l.Length > name.Length && l[name.Length] is ':' or ' ' or '\t');
        return line is null ? null : Whole(line[(name.Length + 1)..].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault());
    }

    /// <summary>The first line as a number; null for a file that has none, such as "max".</summary>
    public long? Number(string path) => Whole(Lines(path).FirstOrDefault());

    /// <summary>A text as a whole number from 0; null for anything else.</summary>
    public static long? Whole(string? text) => long.TryParse(text, NumberStyles.AllowTrailingWhite | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out long value) ? value : null;
}
