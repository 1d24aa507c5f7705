using System.Globalization;

namespace EdgeAdapt.Contracts;

/// <summary>Reads typed user properties of a message and keeps the first fault as a sentence; reads after it give null.</summary>
internal sealed class PropertyReader(MqttMessage message)
{
    private const int LongestQuotation = 80;

    /// <summary>The first fault, or null.</summary>
    public string? Fault { get; private set; }

    /// <summary>Notes a fault, unless there was one before.</summary>
    public void Refuse(string fault) => Fault ??= $"The message on '{Quoted(message.Topic)}' {fault}.";

    /// <summary>A property that may be absent.</summary>
    public string? OptionalText(string name) => message.UserProperties.GetValueOrDefault(name);

    /// <summary>A property that must be there and not empty.</summary>
    public string? Text(string name)
    {
        if (OptionalText(name) is { Length: > 0 } text)
        {
            return text;
        }

        Refuse($"has no user property '{name}'. Send it with an agent or cloud service of this protocol version");
        return null;
    }

    /// <summary>A property that must be accepted by a rule.</summary>
    public string? Text(string name, Func<string, bool> accepts, string rule)
    {
        string? text = Text(name);
        if (text is not null && !accepts(text))
        {
            RefuseValue(name, text, rule);
            return null;
        }

        return text;
    }

    /// <summary>A whole number from 0.</summary>
    public long? Count(string name)
    {
        string? text = Text(name);
        if (text is null)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value))
        {
            return value;
        }

        RefuseValue(name, text, "must be a whole number from 0");
        return null;
    }

    /// <summary>A finite number from 0.</summary>
    public float? NonNegative(string name)
    {
        string? text = Text(name);
        if (text is null)
        {
            return null;
        }

        if (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value) && value >= 0)
        {
            return value;
        }

        RefuseValue(name, text, "must be a finite number from 0");
        return null;
    }

    /// <summary>An RFC 3339 time.</summary>
    public DateTimeOffset? Time(string name)
    {
        string? text = Text(name);
        if (text is null)
        {
            return null;
        }

        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time))
        {
            return time;
        }

        RefuseValue(name, text, "must be an RFC 3339 time");
        return null;
    }

    /// <summary>Notes a fault of one property's value.</summary>
    public void RefuseValue(string name, string value, string rule) => Refuse($"has the user property {name}='{Quoted(value)}', which {rule}");

    /// <summary>A text from outside, fit for a log line: without control characters, and cut.</summary>
    public static string Quoted(string text, int longest = LongestQuotation) => string.Create(Math.Min(text.Length, longest), text, static (span, source) =>
    {
        for (int i = 0; i < span.Length; i++)
        {
            span[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) ? '?' : source[i];
        }
    });
}
