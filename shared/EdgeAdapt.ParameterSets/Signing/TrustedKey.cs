using System.Security.Cryptography;

namespace EdgeAdapt.ParameterSets.Signing;

/// <summary>A public key whose signatures a device believes: ECDSA on P-256. Immutable.</summary>
public sealed class TrustedKey
{
    /// <summary>Characters of an id.</summary>
    public const int IdLength = 16;

    private readonly byte[] _publicKey;

    private TrustedKey(string id, byte[] publicKey)
    {
        Id = id;
        _publicKey = publicKey;
    }

    /// <summary>The first 64 bits of the SHA-256 of the key's SubjectPublicKeyInfo (RFC 5280), in lower-case hexadecimal.</summary>
    public string Id { get; }

    /// <summary>Reads a public key from a PEM file.</summary>
    /// <exception cref="SigningKeyException">The file cannot be read or holds no public key of P-256.</exception>
    public static TrustedKey Load(string path)
    {
        using ECDsa key = KeyFile.ReadPublic(path);
        return new TrustedKey(IdOf(key), key.ExportSubjectPublicKeyInfo());
    }

    /// <summary>Whether a text has the form of an id.</summary>
    public static bool IsId(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == IdLength && text.All(char.IsAsciiHexDigitLower);
    }

    internal static string IdOf(ECDsa key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..IdLength];

    /// <summary>Whether this key made a signature over these bytes. A damaged signature is one that it did not make.</summary>
    internal bool Signed(ReadOnlySpan<byte> file, byte[] signature)
    {
        // A key of the operating system's library is not thread safe, and making one costs a fraction of the check itself.
        using ECDsa key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_publicKey, out _);
        return key.VerifyData(file, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }
}
