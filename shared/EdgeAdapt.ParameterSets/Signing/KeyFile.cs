using System.Security.Cryptography;

namespace EdgeAdapt.ParameterSets.Signing;

/// <summary>Keys in PEM files.</summary>
internal static class KeyFile
{
    private const string Curve = "1.2.840.10045.3.1.7";
    private const string PrivateLabel = "PRIVATE KEY";
    private const string PublicLabel = "PUBLIC KEY";

    /// <summary>Reads a private key of P-256. The caller disposes it.</summary>
    /// <exception cref="SigningKeyException">The file cannot be read or holds something else.</exception>
    public static ECDsa ReadPrivate(string path) => Read(path, PrivateLabel, "a private key (-----BEGIN PRIVATE KEY-----)");

    /// <summary>Reads a public key of P-256. The caller disposes it.</summary>
    /// <exception cref="SigningKeyException">The file cannot be read or holds something else; a private key is something else.</exception>
    public static ECDsa ReadPublic(string path) => Read(path, PublicLabel, "a public key (-----BEGIN PUBLIC KEY-----); the private key stays with the cloud");

    private static ECDsa Read(string path, string label, string expected)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SigningKeyException($"Cannot read the key '{path}': {e.Message} Make a pair with 'edgeadapt keys new'.", e);
        }

        var key = ECDsa.Create();
        try
        {
            if (!text.Contains($"-----BEGIN {label}-----", StringComparison.Ordinal) && !(label == PrivateLabel && text.Contains("-----BEGIN EC PRIVATE KEY-----", StringComparison.Ordinal)))
            {
                throw new SigningKeyException($"'{path}' does not hold {expected}. Make a pair with 'edgeadapt keys new'.");
            }

            key.ImportFromPem(text);
            return key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == Curve
                ? key
                : throw new SigningKeyException($"'{path}' holds a key of another curve than P-256. Make a pair with 'edgeadapt keys new'.");
        }
        catch (Exception e)
        {
            key.Dispose();
            throw e is CryptographicException or ArgumentException
                ? new SigningKeyException($"'{path}' does not hold {expected} of P-256: {e.Message} Make a pair with 'edgeadapt keys new'.", e) : e;
        }
    }
}
