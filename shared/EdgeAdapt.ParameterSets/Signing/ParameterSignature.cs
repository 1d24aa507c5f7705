using System.Diagnostics.CodeAnalysis;

namespace EdgeAdapt.ParameterSets.Signing;

/// <summary>
/// A detached signature over the exact bytes of a parameter set's file, manifest included: ECDSA on P-256 with SHA-256 in ASN.1 DER, so that
/// <c>openssl dgst -sha256 -verify</c> checks it too. Immutable.
/// </summary>
/// <param name="KeyId">Which key signed: see <see cref="TrustedKey.Id"/>. Only helps to name a key; what counts is <paramref name="Value"/>.</param>
/// <param name="Value">The signature, base64 of at most <see cref="MaximumBytes"/> bytes.</param>
public sealed record ParameterSignature(string KeyId, string Value)
{
    /// <summary>Ending of the file beside a set: <c>set.safetensors</c> has <c>set.safetensors.sig</c>.</summary>
    public const string FileExtension = ".sig";

    /// <summary>The longest signature that is read: two integers of 33 bytes with their DER headers.</summary>
    public const int MaximumBytes = 72;

    private const string Algorithm = "ecdsa-p256-sha256";

    /// <summary>One line: algorithm, key id and base64, separated by blanks.</summary>
    public override string ToString() => $"{Algorithm} {KeyId} {Value}";

    /// <summary>Reads what <see cref="ToString"/> wrote. Accepts any text whatever; of a damaged one or another algorithm nothing is read.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ParameterSignature? signature)
    {
        string[] parts = text?.Length <= 256 ? text.Split(' ', StringSplitOptions.TrimEntries) : [];
        signature = parts is [Algorithm, var id, var value] && TrustedKey.IsId(id) && TryDecode(value) is not null ? new ParameterSignature(id, value) : null;
        return signature is not null;
    }

    /// <summary>Reads the file beside a set; null where there is none or it holds something else.</summary>
    /// <param name="setPath">The set's file.</param>
    /// <exception cref="IOException">The file is there and cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file is there and cannot be read.</exception>
    public static ParameterSignature? ReadBeside(string setPath)
    {
        string path = setPath + FileExtension;
        return File.Exists(path) && TryParse(File.ReadAllText(path), out ParameterSignature? signature) ? signature : null;
    }

    internal byte[]? Bytes => TryDecode(Value);

    private static byte[]? TryDecode(string value)
    {
        Span<byte> bytes = stackalloc byte[MaximumBytes];
        return Convert.TryFromBase64String(value, bytes, out int length) && length > 0 ? bytes[..length].ToArray() : null;
    }
}
