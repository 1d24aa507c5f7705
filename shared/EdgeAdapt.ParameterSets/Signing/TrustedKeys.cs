namespace EdgeAdapt.ParameterSets.Signing;

/// <summary>
/// The public keys that a receiver trusts; several while a key is being exchanged: trust the new one beside the old, sign with the new one, then drop the old.
/// Immutable, thread safe.
/// </summary>
public sealed class TrustedKeys
{
    private readonly IReadOnlyList<TrustedKey> _keys;

    private TrustedKeys(IReadOnlyList<TrustedKey> keys) => _keys = keys;

    /// <summary>No key: every set is taken as it comes.</summary>
    public static TrustedKeys None { get; } = new([]);

    /// <summary>Whether there is a key, so that sets must be signed.</summary>
    public bool Any => _keys.Count > 0;

    /// <summary>The keys' ids, in the order given.</summary>
    public IReadOnlyList<string> Ids => [.. _keys.Select(k => k.Id)];

    /// <summary>Reads public keys from PEM files.</summary>
    /// <param name="paths">The files; none for <see cref="None"/>.</param>
    /// <exception cref="SigningKeyException">A file cannot be read or holds no public key of P-256.</exception>
    public static TrustedKeys Load(IEnumerable<string> paths) => new([.. paths.Select(TrustedKey.Load)]);

    /// <summary>Why these bytes must not be believed, with the remedy; null where a trusted key signed them or no key is needed. No full stop at its end.</summary>
    /// <param name="file">The bytes of a parameter set's file.</param>
    /// <param name="signature">The signature that came with them, or null.</param>
    public string? FindFault(ReadOnlySpan<byte> file, ParameterSignature? signature)
    {
        if (!Any)
        {
            return null;
        }

        if (signature?.Bytes is not { } value)
        {
            return "it is not signed, and this receiver trusts signed sets alone; give the cloud service --signing-key, or sign the file with 'edgeadapt keys sign'";
        }

        // The id stands outside the signature, so it may lie: every key is asked.
        foreach (TrustedKey key in _keys)
        {
            if (key.Signed(file, value))
            {
                return null;
            }
        }

        return _keys.Any(k => k.Id == signature.KeyId)
            ? $"its signature by the key {signature.KeyId} does not fit its bytes; it was damaged or changed after signing, publish it again"
            : $"it is signed by the key {signature.KeyId}, which is not trusted here ({string.Join(", ", Ids)} is); add that public key with --trusted-key, or sign with a trusted one";
    }
}
