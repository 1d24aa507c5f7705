using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EdgeAdapt.Contracts;

namespace EdgeAdapt.Messaging.Tests;

/// <summary>Connecting, and the many ways in which it does not work.</summary>
public abstract partial class TransportContract
{
    [BrokerFact]
    public async Task ConnectAsync_WithPasswordFile_IsLetIn()
    {
        string folder = Directory.CreateTempSubdirectory("edgeadapt-password-").FullName;
        try
        {
            string broken = Path.Combine(folder, "broken");
            string password = Path.Combine(folder, "password");
            await File.WriteAllTextAsync(password, "s3cret pässword\n");
            await File.WriteAllTextAsync(broken, "wrong\n");
            string hash = await PasswordHashAsync(Path.Combine(folder, "hash"), "edge", "s3cret pässword");
            await using MosquittoBroker broker = await MosquittoBroker.StartAsync(
                "allow_anonymous false\npassword_file {folder}/passwords", new Dictionary<string, string> { ["passwords"] = hash });
            MqttSessionOptions options = Options("client") with { Port = broker.Port, Username = "edge", PasswordFile = broken };

            ConnectResult refused = await Track(Create()).ConnectAsync(options, CancellationToken.None).Reasonable();
            ConnectResult accepted = await Track(Create()).ConnectAsync(options with { PasswordFile = password }, CancellationToken.None).Reasonable();
            File.Delete(password);
            ConnectResult missing = await Track(Create()).ConnectAsync(options with { PasswordFile = password }, CancellationToken.None).Reasonable();

            Assert.Equal(ConnectOutcome.Refused, refused.Outcome);
            Assert.Equal(ConnectOutcome.Connected, accepted.Outcome);
            Assert.Equal(ConnectOutcome.Refused, missing.Outcome);
            Assert.Contains("password file", missing.Fault, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [BrokerFact]
    public async Task ConnectAsync_Tls_ChecksTheBrokersCertificateAndCarriesLargePayloads()
    {
        using var certificates = new TestCertificates();
        using var strangers = new TestCertificates();
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync(
            $"allow_anonymous true\ncafile {certificates.CaFile}\ncertfile {certificates.ServerFile}\nkeyfile {certificates.ServerKeyFile}\nrequire_certificate true");
        MqttSessionOptions Secure(MqttSessionOptions o) => o with
        {
            Host = "localhost",
            Port = broker.Port,
            CaFile = certificates.CaFile,
            CertificateFile = certificates.ClientFile,
            KeyFile = certificates.ClientKeyFile,
        };

        IMqttTransport client = await ConnectAsync("secure", Secure);
        await SubscribeAsync(client, Topic("large"));
        byte[] payload = new byte[4 << 20];
        new Random(11).NextBytes(payload);
        Task<PublishResult>[] publishing = [.. Enumerable.Range(0, 8).Select(_ =>
            client.PublishAsync(new MqttMessage { Topic = Topic("large"), Payload = payload }, CancellationToken.None))];
        for (int i = 0; i < publishing.Length; i++)
        {
            Assert.True((await client.Messages.ReadAsync().Reasonable()).Payload.Span.SequenceEqual(payload));
        }

        Assert.All(await Task.WhenAll(publishing).Reasonable(), r => Assert.Equal(PublishOutcome.Acknowledged, r.Outcome));
        ConnectResult stranger = await Track(Create()).ConnectAsync(
            Secure(Options("stranger")) with { CaFile = strangers.CaFile }, CancellationToken.None).Reasonable();
        Assert.Equal(ConnectOutcome.Unreachable, stranger.Outcome);
        ConnectResult anonymous = await Track(Create()).ConnectAsync(
            Secure(Options("anonymous")) with { CertificateFile = null, KeyFile = null }, CancellationToken.None).Reasonable();
        Assert.NotEqual(ConnectOutcome.Connected, anonymous.Outcome);
        ConnectResult plain = await Track(Create()).ConnectAsync(Options("plain") with { Port = broker.Port }, CancellationToken.None).Reasonable();
        Assert.Equal(ConnectOutcome.Unreachable, plain.Outcome);
    }

    [BrokerFact]
    public async Task ConnectAsync_TlsNameDiffers_IsUnreachable()
    {
        using var certificates = new TestCertificates();
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync(
            $"allow_anonymous true\ncafile {certificates.CaFile}\ncertfile {certificates.ServerFile}\nkeyfile {certificates.ServerKeyFile}");

        ConnectResult result = await Track(Create()).ConnectAsync(
            Options("client") with { Port = broker.Port, CaFile = certificates.CaFile }, CancellationToken.None).Reasonable();

        Assert.Equal(ConnectOutcome.Unreachable, result.Outcome);
    }

    [BrokerFact]
    public async Task ConnectAsync_NothingListens_IsUnreachable()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        await broker.StopAsync();

        ConnectResult result = await Track(Create()).ConnectAsync(Options("client") with { Port = broker.Port }, CancellationToken.None).Reasonable();

        Assert.Equal(ConnectOutcome.Unreachable, result.Outcome);
        Assert.NotNull(result.Fault);
    }

    [BrokerFact]
    public async Task ConnectAsync_UnknownHost_IsUnreachable()
    {
        ConnectResult result = await Track(Create()).ConnectAsync(Options("client") with { Host = "no-such-host.invalid" }, CancellationToken.None).Reasonable();

        Assert.Equal(ConnectOutcome.Unreachable, result.Outcome);
        Assert.NotNull(result.Fault);
    }

    [BrokerFact]
    public async Task ConnectAsync_SilentServer_CanBeGivenUp()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var cancellation = new CancellationTokenSource();
        IMqttTransport client = Create();

        Task<ConnectResult> connecting = client.ConnectAsync(Options("client") with { Port = ((IPEndPoint)silent.LocalEndpoint).Port }, cancellation.Token);
        using Socket accepted = await silent.AcceptSocketAsync().Reasonable();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Reasonable());
        await client.DisposeAsync().AsTask().Reasonable();
    }

    [BrokerFact]
    public async Task ConnectAsync_ServerThatHangsUp_IsUnreachable()
    {
        using var rude = new TcpListener(IPAddress.Loopback, 0);
        rude.Start();

        Task<ConnectResult> connecting = Track(Create()).ConnectAsync(
            Options("client") with { Port = ((IPEndPoint)rude.LocalEndpoint).Port }, CancellationToken.None);
        (await rude.AcceptSocketAsync().Reasonable()).Close();

        Assert.Equal(ConnectOutcome.Unreachable, (await connecting.Reasonable()).Outcome);
    }

    [BrokerFact]
    public async Task ConnectAsync_Twice_IsMisuse()
    {
        IMqttTransport client = await ConnectAsync("client");

        await Assert.ThrowsAsync<InvalidOperationException>(() => client.ConnectAsync(Options("client"), CancellationToken.None));
    }

    [BrokerFact]
    public async Task ConnectAsync_WithoutNeededPassword_IsRefused()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync("allow_anonymous false");

        ConnectResult result = await Track(Create()).ConnectAsync(Options("client") with { Port = broker.Port }, CancellationToken.None).Reasonable();

        Assert.Equal(ConnectOutcome.Refused, result.Outcome);
        Assert.Contains("password", result.Fault, StringComparison.Ordinal);
    }

    private static async Task<string> PasswordHashAsync(string file, string user, string password)
    {
        using Process process = Process.Start("mosquitto_passwd", ["-b", "-c", file, user, password]);
        await process.WaitForExitAsync().Reasonable();
        return await File.ReadAllTextAsync(file);
    }
}
