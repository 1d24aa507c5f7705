using System.Diagnostics;
using EdgeAdapt.Contracts;
using EdgeAdapt.Demo;
using EdgeAdapt.Demo.Processes;
using EdgeAdapt.Demo.Reports;
using EdgeAdapt.Demo.Statistics;
using EdgeAdapt.Demo.Streams;
using EdgeAdapt.Messaging;

namespace EdgeAdapt.EndToEnd.Tests.Deployment;

/// <summary>The broker as deploy/mosquitto configures it, with passwords of its script.</summary>
public sealed class BrokerAccessTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgeadapt-access-");
    private MosquittoBroker _broker = null!;

    public async Task InitializeAsync()
    {
        if (MosquittoBroker.Executable is null)
        {
            return;
        }

        using Process script = Process.Start(Checkout.Path("deploy", "mosquitto", "make-passwords.sh"), [Path.Combine(_folder.FullName, "secrets"), "cloud", "cam-1", "cam-2", "reader"]);
        await script.WaitForExitAsync();
        Assert.Equal(0, script.ExitCode);
        string configuration = await File.ReadAllTextAsync(Checkout.Path("deploy", "mosquitto", "mosquitto.conf"));
        IEnumerable<string> settings = configuration.Split('\n')
            .Where(l => !l.StartsWith("listener", StringComparison.Ordinal) && !l.StartsWith("persistence", StringComparison.Ordinal) && !l.StartsWith("max_queued", StringComparison.Ordinal) && l != "log_dest stdout")
            .Select(l => l.Replace("/mosquitto/secrets/passwords", Path.Combine(_folder.FullName, "secrets", "passwords"), StringComparison.Ordinal)
                .Replace("/mosquitto/config/acl", Checkout.Path("deploy", "mosquitto", "acl"), StringComparison.Ordinal));
        _broker = await MosquittoBroker.StartAsync(string.Join('\n', settings));
    }

    public async Task DisposeAsync()
    {
        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    [BrokerFact]
    public async Task Loop_WithPasswords_UploadsAndBringsParametersDown()
    {
        (IDriftSource source, string student, string teacher) = EmbeddedDemo.Open();
        DriftStream stream = DriftStream.Write(source, "cam-1", Path.Combine(_folder.FullName, "cam-1.npy"), 80, seed: 12);
        string report = Path.Combine(_folder.FullName, "cam-1.jsonl"), address = $"http://127.0.0.1:{FreePort.Find()}";
        await using ChildProcess cloud = Programs.Start(Programs.CloudService, Path.Combine(_folder.FullName, "cloud.log"),
        [
            "--student", student, "--teacher", teacher, "--broker", $"{_broker.Host}:{_broker.Port}", "--state", Path.Combine(_folder.FullName, "cloud"),
            "--urls", address, "--broker-user", "cloud", "--broker-password-file", Secret("cloud"),
        ]);
        await ReadinessProbe.WaitAsync(cloud, new Uri($"{address}/v2/health/ready"), TimeSpan.FromSeconds(60), TimeProvider.System, CancellationToken.None);
        await using ChildProcess agent = Programs.Start(Programs.EdgeAgent, Path.Combine(_folder.FullName, "agent.log"),
        [
            "--model", student, "--source", stream.File, "--rate", "50", "--broker", $"{_broker.Host}:{_broker.Port}", "--device", "cam-1", "--threads", "1",
            "--state", Path.Combine(_folder.FullName, "agent"), "--report", report, "--username", "cam-1", "--password-file", Secret("cam-1"),
            "--entropy-high", "0.9", "--entropy-low", "none", "--drain-timeout", "20",
        ]);

        var record = new AgentRecord("cam-1", stream.Labels);
        using var tail = new ReportFileTail(report);
        await Within.SecondsAsync(60, "acknowledged uploads and a parameter set", () =>
        {
            tail.ReadNew().Select(AgentReportParser.Parse).OfType<AgentReport>().ToList().ForEach(record.Apply);
            return record.Status?.Uploaded > 0 && record.Swaps.Any(s => s.FromCloud);
        }, () => $"{record.Status} {agent.LastWords()} {cloud.LastWords()}");
    }

    [BrokerFact]
    public async Task Connect_WithoutThePassword_IsRefused()
    {
        await using IMqttTransport stranger = MqttTransports.Default();
        string wrong = Path.Combine(_folder.FullName, "wrong");
        await File.WriteAllTextAsync(wrong, "not the password");
        ConnectResult result = await stranger.ConnectAsync(Options("cam-1") with { PasswordFile = wrong }, CancellationToken.None);
        Assert.Equal(ConnectOutcome.Refused, result.Outcome);
    }

    [BrokerFact]
    public async Task Publish_IntoOthersTopics_IsRefused()
    {
        // A connection for each message: what becomes of one after a refusal differs between client libraries.
        async Task ExpectAsync(PublishOutcome expected, string topic)
        {
            await using IMqttTransport device = MqttTransports.Default();
            Assert.Equal(ConnectOutcome.Connected, (await device.ConnectAsync(Options("cam-2"), CancellationToken.None)).Outcome);
            PublishResult result = await device.PublishAsync(new MqttMessage { Topic = topic, Payload = new byte[] { 1 } }, CancellationToken.None)
                .WaitAsync(TimeSpan.FromSeconds(20));
            Assert.True(result.Outcome == expected, $"{topic}: {result}");
        }

        await ExpectAsync(PublishOutcome.Acknowledged, Topics.Samples("default", "cam-2", "signs"));
        await ExpectAsync(PublishOutcome.Acknowledged, Topics.Statistics("default", "cam-2", "signs"));
        await ExpectAsync(PublishOutcome.Acknowledged, Topics.Status("default", "cam-2"));
        await ExpectAsync(PublishOutcome.Acknowledged, Topics.Answers("default", "cam-2", "signs"));
        await ExpectAsync(PublishOutcome.Refused, Topics.Answers("default", "cam-1", "signs"));
        await ExpectAsync(PublishOutcome.Refused, "cameras/cam-2/gate");
        await ExpectAsync(PublishOutcome.Refused, Topics.Samples("default", "cam-1", "signs"));
        await ExpectAsync(PublishOutcome.Refused, Topics.Status("default", "cam-1"));
        await ExpectAsync(PublishOutcome.Refused, Topics.Samples("other", "cam-2", "signs"));
        await ExpectAsync(PublishOutcome.Refused, Topics.GroupParameters("default", "demo", "signs"));
        await ExpectAsync(PublishOutcome.Refused, Topics.SampleAcknowledgements("default", "cam-2"));
    }

    [BrokerFact]
    public async Task Subscribe_Reader_SeesAnswersAndNothingElse()
    {
        await using IMqttTransport reader = MqttTransports.Default();
        await using IMqttTransport other = MqttTransports.Default();
        await using IMqttTransport device = MqttTransports.Default();
        foreach ((IMqttTransport client, string user) in new[] { (reader, "reader"), (other, "cam-1"), (device, "cam-2") })
        {
            Assert.Equal(ConnectOutcome.Connected, (await client.ConnectAsync(Options(user), CancellationToken.None)).Outcome);
        }

        // A filter may be granted to whoever asks; what counts is which messages come through it.
        await reader.SubscribeAsync("edgeadapt/#", QualityOfService.AtLeastOnce, CancellationToken.None);
        await other.SubscribeAsync("edgeadapt/#", QualityOfService.AtLeastOnce, CancellationToken.None);
        var answer = new DeviceAnswer { Class = 1, Confidence = 0.5f, Entropy = 0.5f, ParameterVersion = 0, StatisticsGeneration = 0, Frame = 0 };
        foreach (string topic in new[] { Topics.Samples("default", "cam-2", "signs"), Topics.Status("default", "cam-2"), Topics.Answers("default", "cam-2", "signs") })
        {
            await device.PublishAsync(answer.ToMessage("default", "cam-2", "signs") with { Topic = topic, Quality = QualityOfService.AtLeastOnce }, CancellationToken.None)
                .WaitAsync(TimeSpan.FromSeconds(20));
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        MqttMessage seen = await reader.Messages.ReadAsync(limit.Token);
        Assert.True(DeviceAnswer.TryParse(seen, out _, out string? fault), fault);
        Assert.False(reader.Messages.TryRead(out _));
        Assert.False(other.Messages.TryRead(out _));
    }

    private string Secret(string name) => Path.Combine(_folder.FullName, "secrets", name + ".password");

    private MqttSessionOptions Options(string user) => new()
    {
        Host = _broker.Host, Port = _broker.Port, ClientId = $"{nameof(BrokerAccessTests)}-{user}", Username = user, PasswordFile = Secret(user),
    };
}
