using System.Security.Cryptography;

namespace EdgeAdapt.ParameterSets.Signing;

/// <summary>A private key that signs parameter sets: ECDSA on P-256. Thread safe; its owner disposes it.</summary>
public sealed class SigningKey : IDisposable
{
    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly ECDsa _key;
    private readonly Lock _gate = new();

    private SigningKey(ECDsa key)
    {
        _key = key;
        Id = TrustedKey.IdOf(key);
    }

    /// <summary>The id of the pair, that of its public half.</summary>
    public string Id { get; }

    /// <summary>Reads a private key from a PEM file (PKCS#8, or the EC form that openssl writes), not encrypted.</summary>
    /// <exception cref="SigningKeyException">The file cannot be read or holds no private key of P-256.</exception>
    public static SigningKey Load(string path) => new(KeyFile.ReadPrivate(path));

    /// <summary>
    /// Makes a pair: the private key into <paramref name="privatePath"/>, readable for its owner alone, the public one into <paramref name="publicPath"/>.
    /// </summary>
    /// <returns>The new key's id.</returns>
    /// <exception cref="SigningKeyException">One of the files exists already: a key that devices trust must not be lost to a slip.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file cannot be written.</exception>
    public static string Create(string privatePath, string publicPath)
    {
        foreach (string path in new[] { privatePath, publicPath })
        {
            if (File.Exists(path))
            {
                throw new SigningKeyException($"'{path}' exists already and is not replaced. Give another name, or delete it if no device trusts it.");
            }
        }

        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            // From its creation on: a file that is closed to others only afterwards was open to them for a moment.
            options.UnixCreateMode = OwnerAlone;
        }

        using (var writer = new StreamWriter(privatePath, options))
        {
            writer.WriteLine(key.ExportPkcs8PrivateKeyPem());
        }

        File.WriteAllText(publicPath, key.ExportSubjectPublicKeyInfoPem() + Environment.NewLine);
        return TrustedKey.IdOf(key);
    }

    /// <summary>Signs the bytes of a parameter set's file. Each call gives another signature, since ECDSA draws a random number.</summary>
    public ParameterSignature Sign(ReadOnlySpan<byte> file)
    {
        lock (_gate)
        {
            return new ParameterSignature(Id, Convert.ToBase64String(_key.SignData(file, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
