using System.Globalization;

namespace EdgeAdapt.Edge.Core.Outbox;

/// <summary>The names of the outbox's files: twelve digits of the order of arrival, a dash, the id.</summary>
internal static class SpoolName
{
    private const int SequenceDigits = 12;

    /// <summary>The name of a sample's file.</summary>
    public static string Of(long sequence, string id) => string.Create(CultureInfo.InvariantCulture, $"{sequence:D12}-{id}{SpoolFile.Extension}");

    /// <summary>Reads a name; false where it is not one of the outbox: the id is then what stands behind the first dash, if any.</summary>
    public static bool TryParse(string path, out long sequence, out string id)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        int dash = name.IndexOf('-', StringComparison.Ordinal);
        id = name[(dash + 1)..];
        return long.TryParse(name.AsSpan(0, Math.Max(dash, 0)), NumberStyles.None, CultureInfo.InvariantCulture, out sequence) && dash == SequenceDigits;
    }
}
