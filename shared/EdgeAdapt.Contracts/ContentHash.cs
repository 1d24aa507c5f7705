using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace EdgeAdapt.Contracts;

/// <summary>Hashes that identify content, in lower-case hexadecimal.</summary>
public static class ContentHash
{
    /// <summary>Characters of a content id.</summary>
    public const int IdLength = 32;

    /// <summary>Characters of a whole SHA-256.</summary>
    public const int Sha256Length = 64;

    /// <summary>The id of some bytes: the first 128 bits of their SHA-256, so that the same bytes are the same sample on every device.</summary>
    public static string IdOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, IdLength / 2));

    /// <summary>Whether a text has the form of an id.</summary>
    public static bool IsId([NotNullWhen(true)] string? text) => IsHex(text, IdLength);

    /// <summary>Whether a text has the form of a whole SHA-256.</summary>
    public static bool IsSha256([NotNullWhen(true)] string? text) => IsHex(text, Sha256Length);

    private static bool IsHex(string? text, int length) => text?.Length == length && text.All(char.IsAsciiHexDigitLower);
}
