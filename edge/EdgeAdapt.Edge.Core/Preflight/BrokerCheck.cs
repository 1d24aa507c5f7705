using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeAdapt.Contracts;
using EdgeAdapt.Messaging;

namespace EdgeAdapt.Edge.Core.Preflight;

/// <summary>
/// Goes the way to the broker step by step, so that the finding names the step that fails: address, certificate chain, MQTT, subscriptions. Connects under
/// a client id of its own: under the device's it would throw out an agent that runs.
/// </summary>
internal sealed class BrokerCheck(Func<IMqttTransport> connect, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<IReadOnlyList<CheckFinding>> RunAsync(EdgeAgentOptions options, MqttSessionOptions broker, string? model, CancellationToken cancellationToken)
    {
        List<CheckFinding> findings = [];
        using var tcp = new TcpClient();
        string? fault = await WithinAsync(async token => await tcp.ConnectAsync(broker.Host, broker.Port, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        if (fault is not null)
        {
            return [CheckFinding.Fail("broker", $"{broker.Host}:{broker.Port} cannot be reached: {fault} Start the broker, or correct --broker or the firewall.")];
        }

        if (broker.CaFile is { } authorities)
        {
            findings.Add(await CheckTlsAsync(tcp, broker, authorities, cancellationToken).ConfigureAwait(false));
        }

        tcp.Close();
        findings.AddRange(await CheckMqttAsync(options, broker, model, cancellationToken).ConfigureAwait(false));
        return findings;
    }

    private async Task<CheckFinding> CheckTlsAsync(TcpClient tcp, MqttSessionOptions broker, string authorities, CancellationToken cancellationToken)
    {
        X509Certificate2? peer = null;
        string? chainFault = null;
        try
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(authorities);
            using var stream = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: true, (_, certificate, sent, errors) =>
            {
                peer = certificate is null ? null : new X509Certificate2(certificate);
                chainFault = peer is null ? "the broker shows none" : FindChainFault(peer, roots, sent?.ChainPolicy.ExtraStore) ??
                    ((errors & SslPolicyErrors.RemoteCertificateNameMismatch) != 0 ? $"it is not for '{broker.Host}'" : null);
                return chainFault is null;
            });
            var client = new SslClientAuthenticationOptions { TargetHost = broker.Host, CertificateRevocationCheckMode = X509RevocationMode.NoCheck };
            if (broker.CertificateFile is not null)
            {
                client.ClientCertificates = [X509Certificate2.CreateFromPemFile(broker.CertificateFile, broker.KeyFile)];
            }

            string? fault = await WithinAsync(token => stream.AuthenticateAsClientAsync(client, token), cancellationToken).ConfigureAwait(false);
            return chainFault is not null ? CheckFinding.Fail("tls", $"The broker's certificate {peer?.Subject} cannot be trusted: {chainFault}. Give --ca-file the authority that signed it, or correct the broker's certificate or --broker.")
                : fault is not null ? CheckFinding.Fail("tls", $"TLS fails: {fault} Is TLS on at this port, and does the broker want a certificate (--certificate-file)?")
                : CertificateCheck.OfTime("tls", peer!, time);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            return CheckFinding.Fail("tls", $"--ca-file, --certificate-file or --key-file cannot be used: {e.Message} Give PEM files that this user may read.");
        }
        finally
        {
            peer?.Dispose();
        }
    }

    private string? FindChainFault(X509Certificate2 peer, X509Certificate2Collection roots, X509Certificate2Collection? between)
    {
        using var chain = new X509Chain();

        // What the broker sent with its own: an authority that signed it may itself be signed by one of --ca-file.
        chain.ChainPolicy.ExtraStore.AddRange(between ?? []);
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = time.GetUtcNow().UtcDateTime;
        return chain.Build(peer) ? null : string.Join(", ", chain.ChainStatus.Select(s => s.StatusInformation.Trim().TrimEnd('.')).Distinct());
    }

    private async Task<IReadOnlyList<CheckFinding>> CheckMqttAsync(EdgeAgentOptions options, MqttSessionOptions broker, string? model, CancellationToken cancellationToken)
    {
        IMqttTransport transport = connect();
        await using (transport.ConfigureAwait(false))
        {
            string id = "check-" + ContentHash.IdOf(System.Text.Encoding.UTF8.GetBytes($"{options.Tenant}-{options.Device}"))[..16];
            ConnectResult? result = null;
            string? fault = await WithinAsync(
                async token => result = await transport.ConnectAsync(broker with { ClientId = id, Will = null, SessionExpiry = TimeSpan.Zero }, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            if ((fault ?? result?.Fault) is { } no)
            {
                return [CheckFinding.Fail("broker", $"{broker.Host}:{broker.Port} takes no session: {no} Check --username, --password-file and the broker's access rules.")];
            }

            List<string> denied = [];

            // The pictures' topic is last: from then on they may come, and nobody reads them here.
            string?[] filters =
            [
                Topics.SampleAcknowledgements(options.Tenant, options.Device),
                model is null ? null : Topics.GroupParameters(options.Tenant, options.Group, model),
                options.Input.ImageTopic,
            ];
            foreach (string filter in filters.OfType<string>())
            {
                SubscribeResult? granted = null;
                fault = await WithinAsync(async token => granted = await transport.SubscribeAsync(filter, QualityOfService.AtLeastOnce, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
                denied.AddRange((fault ?? granted?.Fault) is { } reason ? [$"{filter} ({reason})"] : []);
            }

            string name = $"{broker.Host}:{broker.Port}{(broker.CaFile is null ? " without TLS" : " with TLS")}";
            return [denied.Count > 0
                ? CheckFinding.Fail("broker", $"{name} does not grant {string.Join(", ", denied)}. Correct the broker's access rules for this device.")
                : broker is { CaFile: null } && !IsLoopback(broker.Host)
                    ? CheckFinding.Warn("broker", $"{name} accepts this device; passwords and pictures cross the network readable. Give --ca-file.")
                    : CheckFinding.Ok("broker", $"{name} accepts this device")];
        }
    }

    private static bool IsLoopback(string host) => host == "localhost" || (System.Net.IPAddress.TryParse(host, out System.Net.IPAddress? address) && System.Net.IPAddress.IsLoopback(address));

    /// <summary>Why a step failed; null where it did not.</summary>
    private async Task<string?> WithinAsync(Func<CancellationToken, Task> step, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await step(either.Token).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {Patience.TotalSeconds:0} s.";
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException or DllNotFoundException)
        {
            return e.GetBaseException().Message.TrimEnd('.') + ".";
        }
    }
}
