using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeAdapt.Messaging.Tests;

/// <summary>An authority of a test's own, with a certificate for a broker called localhost, another of an authority between them, and one for a client, as PEM files.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgeadapt-certificates-").FullName;

    public TestCertificates()
    {
        using ECDsa authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = AuthorityRequest("EdgeAdapt test authority", authorityKey);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 authority = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(CaFile, authority.ExportCertificatePem());
        Issue(authority, "localhost", ServerFile, ServerKeyFile);
        Issue(authority, "edge-device", ClientFile, ClientKeyFile);
        using ECDsa betweenKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 signed = AuthorityRequest("EdgeAdapt test authority in between", betweenKey)
            .Create(authority, authority.NotBefore, authority.NotAfter, RandomNumberGenerator.GetBytes(8));
        using X509Certificate2 between = signed.CopyWithPrivateKey(betweenKey);
        Issue(between, "localhost", ChainFile, ChainKeyFile);
        File.AppendAllText(ChainFile, "\n" + signed.ExportCertificatePem());
    }

    public string CaFile => Path.Combine(_folder, "ca.pem");

    public string ServerFile => Path.Combine(_folder, "server.pem");

    public string ServerKeyFile => Path.Combine(_folder, "server.key");

    /// <summary>A broker's certificate with that of the authority in between behind it.</summary>
    public string ChainFile => Path.Combine(_folder, "chain.pem");

    public string ChainKeyFile => Path.Combine(_folder, "chain.key");

    public string ClientFile => Path.Combine(_folder, "client.pem");

    public string ClientKeyFile => Path.Combine(_folder, "client.key");

    public void Dispose() => Directory.Delete(_folder, true);

    private static CertificateRequest AuthorityRequest(string name, ECDsa key)
    {
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request;
    }

    private static void Issue(X509Certificate2 authority, string name, string certificateFile, string keyFile)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        byte[] serial = RandomNumberGenerator.GetBytes(8);
        using X509Certificate2 certificate = request.Create(authority, authority.NotBefore, authority.NotAfter, serial);
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
    }
}
