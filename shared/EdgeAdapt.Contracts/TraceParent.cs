using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace EdgeAdapt.Contracts;

/// <summary>The W3C <c>traceparent</c> value: version, trace id, span id and flags in lower-case hexadecimal.</summary>
public static class TraceParent
{
    private const int Length = 55;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Whether a text is a traceparent of version 00 with a trace id and a span id that are not zero.</summary>
    public static bool IsValid([NotNullWhen(true)] string? text) =>
        text is { Length: Length }
        && text.StartsWith("00-", StringComparison.Ordinal)
        && text[35] == '-' && text[52] == '-'
        && IsIdentifier(text.AsSpan(3, 32)) && IsIdentifier(text.AsSpan(36, 16))
        && IsHex(text.AsSpan(53, 2));

    private static bool IsIdentifier(ReadOnlySpan<char> text) => IsHex(text) && text.ContainsAnyExcept('0');

    private static bool IsHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(HexDigits);
}
