using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeAdapt.Messaging;

namespace EdgeAdapt.Edge.Core.Preflight;

/// <summary>Looks at certificates: whether they can be used, and for how long.</summary>
internal static class CertificateCheck
{
    private const int DaysAhead = 30;

    /// <summary>The device's own certificate and key.</summary>
    public static IEnumerable<CheckFinding> OfDevice(MqttSessionOptions broker, TimeProvider time)
    {
        if (broker.CertificateFile is null)
        {
            yield break;
        }

        CheckFinding finding;
        try
        {
            using X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(broker.CertificateFile, broker.KeyFile);
            finding = OfTime("certificate", certificate, time);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            finding = CheckFinding.Fail("certificate", $"The device's certificate cannot be used: {e.Message} Give --certificate-file and --key-file the PEM files of one pair.");
        }

        yield return finding;
    }

    /// <summary>How long a certificate holds.</summary>
    public static CheckFinding OfTime(string check, X509Certificate2 certificate, TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow();
        var (from, until) = (new DateTimeOffset(certificate.NotBefore), new DateTimeOffset(certificate.NotAfter));
        string text = $"{certificate.Subject}, until {until.UtcDateTime:yyyy-MM-dd}";
        return now < from ? CheckFinding.Fail(check, $"{text}, but only from {from.UtcDateTime:yyyy-MM-dd HH:mm}Z on. Set this device's clock, or wait.")
            : now > until ? CheckFinding.Fail(check, $"{text}: expired. Have it issued anew, or set this device's clock.")
            : until - now < TimeSpan.FromDays(DaysAhead) ? CheckFinding.Warn(check, $"{text}: fewer than {DaysAhead} days are left. Have it issued anew.")
            : CheckFinding.Ok(check, text);
    }
}
