using System.Text;

namespace EdgeAdapt.Messaging;

/// <summary>Topic names and filters by the rules of MQTT 5.0 section 4.7.</summary>
public static class TopicFilter
{
    private const string SharePrefix = "$share/";

    /// <summary>Whether a text can be published on: 1 to 65535 bytes, no wildcard, no NUL.</summary>
    public static bool IsTopic(string? text) =>
        !string.IsNullOrEmpty(text) && text.AsSpan().IndexOfAny("+#\0") < 0 && Encoding.UTF8.GetByteCount(text) <= ushort.MaxValue;

    /// <summary>Whether a text can be subscribed to: + stands alone in its level, # alone in the last one; <c>$share/group/filter</c> too.</summary>
    public static bool IsFilter(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Contains('\0') || Encoding.UTF8.GetByteCount(text) > ushort.MaxValue)
        {
            return false;
        }

        string[] levels = Unshared(text).Split('/');
        return levels is not [""] && levels.Index().All(l => !l.Item.AsSpan().ContainsAny("+#")
            || l.Item == "+" || (l.Item == "#" && l.Index == levels.Length - 1));
    }

    /// <summary>Whether a topic belongs to a filter. Wildcards in the first level do not cover topics that start with '$'.</summary>
    public static bool Matches(string filter, string topic)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(topic);
        string[] patterns = Unshared(filter).Split('/');
        string[] levels = topic.Split('/');
        if (topic.StartsWith('$') && patterns[0] is "+" or "#")
        {
            return false;
        }

        for (int i = 0; i < patterns.Length; i++)
        {
            if (patterns[i] == "#")
            {
                return true;
            }

            if (i >= levels.Length || (patterns[i] != "+" && patterns[i] != levels[i]))
            {
                return false;
            }

            // "a/#" covers "a" itself.
            if (i == levels.Length - 1 && patterns.Length == levels.Length + 1 && patterns[^1] == "#")
            {
                return true;
            }
        }

        return patterns.Length == levels.Length;
    }

    /// <summary>Whether there is a topic that belongs to both filters. Wildcards in the first level do not cover topics that start with '$'.</summary>
    public static bool Overlap(string first, string second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        string[] one = Unshared(first).Split('/');
        string[] other = Unshared(second).Split('/');
        if ((one[0].StartsWith('$') && other[0] is "+" or "#") || (other[0].StartsWith('$') && one[0] is "+" or "#"))
        {
            return false;
        }

        for (int i = 0; i < one.Length && i < other.Length; i++)
        {
            if (one[i] == "#" || other[i] == "#")
            {
                return true;
            }

            if (one[i] != other[i] && one[i] != "+" && other[i] != "+")
            {
                return false;
            }
        }

        // "a/#" covers "a" itself.
        return one.Length == other.Length
            || (one.Length == other.Length + 1 && one[^1] == "#") || (other.Length == one.Length + 1 && other[^1] == "#");
    }

    private static string Unshared(string filter)
    {
        if (!filter.StartsWith(SharePrefix, StringComparison.Ordinal))
        {
            return filter;
        }

        int end = filter.IndexOf('/', SharePrefix.Length);
        return end > SharePrefix.Length ? filter[(end + 1)..] : string.Empty;
    }
}
