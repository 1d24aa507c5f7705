using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using EdgeAdapt.Edge.Agent.Validation;
using EdgeAdapt.Edge.Core.Preflight;
using EdgeAdapt.Messaging;
using EdgeAdapt.Messaging.Tests;
using EdgeAdapt.Storage;

namespace EdgeAdapt.Edge.Agent.Tests.Validation;

public sealed class AgentValidationTests : IDisposable
{
    private readonly AgentFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Run_GoodSettings_IsOkAndLeavesNothingBehind()
    {
        string[] before = [.. Directory.EnumerateFileSystemEntries(_files.Folder)];
        ValidationReport report = await RunAsync(("report", _files.File("new/report.jsonl")));
        Assert.True(report.ExitStatus == 0, report.ToText());
        string[] expected = ["settings", "model", "manifest", "session", "source", "memory", "state", "disk", "report"];
        Assert.Equal(expected, report.Findings.Select(f => f.Check).Where(c => c is not ("processors" or "defaults")));
        Assert.Contains("9 from the command line", Finding(report, "settings"), StringComparison.Ordinal);
        Assert.Contains("frames.npy[0] decodes and is answered in", Finding(report, "source"), StringComparison.Ordinal);
        Assert.Equal(before, Directory.EnumerateFileSystemEntries(_files.Folder));
    }

    [Fact]
    public async Task Run_EverythingWrong_SaysAllOfItAtOnce()
    {
        File.WriteAllText(_files.File("settings.json"), """{ "colour": "red", "rate": "fast" }""");
        File.WriteAllText(_files.File("text.onnx"), "not a model");
        Directory.CreateDirectory(_files.File("pictures"));
        File.WriteAllText(_files.File("key.pub"), "no key");
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        ValidationReport report = await AgentValidation.RunAsync(
            _files.File("settings.json"),
            _files.Settings(
                ("model", _files.File("text.onnx")), ("source", _files.File("pictures")), ("state", _files.File("text.onnx/state")), ("entropy-high", "2"),
                ("trusted-key", _files.File("key.pub")), ("broker", "127.0.0.1:1"), ("http", taken.LocalEndpoint.ToString())),
            MqttTransports.Default, CancellationToken.None);
        string text = report.ToText();
        Assert.Equal(2, report.ExitStatus);
        string[] parts = ["'colour'", "--rate is 'fast'", "EntropyHighMargin", "key.pub", "not an ONNX model", "holds no .jpg", "Cannot write to the state folder", "127.0.0.1:1 cannot be reached", "Cannot listen on"];
        Assert.All(parts, part => Assert.Contains(part, text, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FileThatCannotBeRead_SaysThatAlone()
    {
        ValidationReport report = await AgentValidation.RunAsync(_files.File("gone.json"), _files.Settings(), MqttTransports.Default, CancellationToken.None);
        CheckFinding finding = Assert.Single(report.Findings);
        Assert.Equal(("settings", CheckResult.Failure), (finding.Check, finding.Result));
    }

    [Fact]
    public async Task Run_WhileAnAgentRuns_WarnsAndTouchesNothing()
    {
        using StateFolder held = StateFolder.Open(_files.State);
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        ValidationReport report = await RunAsync(("http", taken.LocalEndpoint.ToString()));
        Assert.Equal(1, report.ExitStatus);
        Assert.Contains("An agent runs with", Finding(report, "state"), StringComparison.Ordinal);
        Assert.Contains("probably by the agent", Finding(report, "http"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_PicturesOfWhichNoneDecodes_Fails()
    {
        Directory.CreateDirectory(_files.File("pictures"));
        File.WriteAllText(_files.File("pictures/a.jpg"), "no picture");
        ValidationReport report = await RunAsync(("source", _files.File("pictures")));
        Assert.Equal(2, report.ExitStatus);
        Assert.Contains("a.jpg", Finding(report, "source"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WatchedFolderWithoutPictures_Warns()
    {
        Directory.CreateDirectory(_files.File("pictures"));
        ValidationReport report = await RunAsync(("source", _files.File("pictures")), ("watch", "true"));
        Assert.Contains("no picture yet", Finding(report, "source"), StringComparison.Ordinal);
        Assert.Equal(1, report.ExitStatus);
    }

    [Fact]
    public async Task Run_ModelWithoutManifestOrNormalization_WarnsWhatIsAssumed()
    {
        ValidationReport report = await RunAsync(("mean", null), ("std", null));
        Assert.Contains("ImageNet", Finding(report, "manifest"), StringComparison.Ordinal);
        Assert.Equal(1, report.ExitStatus);
    }

    [BrokerFact]
    public async Task Run_Broker_GoesTheWayToTheSession()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync();
        ValidationReport report = await RunAsync(("broker", $"127.0.0.1:{broker.Port}"));
        Assert.Equal("127.0.0.1:" + broker.Port + " without TLS accepts this device", Finding(report, "broker"));
        Assert.Contains("unsigned", Finding(report, "keys"), StringComparison.Ordinal);
    }

    [BrokerFact]
    public async Task Run_BrokerThatWantsAPassword_SaysSo()
    {
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync("allow_anonymous false");
        ValidationReport report = await RunAsync(("broker", $"127.0.0.1:{broker.Port}"));
        Assert.Equal(2, report.ExitStatus);
        Assert.Contains("--password-file", Finding(report, "broker"), StringComparison.Ordinal);
    }

    [BrokerFact]
    public async Task Run_Tls_ChecksChainAndTimeOfBothCertificates()
    {
        using var certificates = new TestCertificates();
        using var strangers = new TestCertificates();
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync(
            $"allow_anonymous true\ncafile {certificates.CaFile}\ncertfile {certificates.ServerFile}\nkeyfile {certificates.ServerKeyFile}\nrequire_certificate true");
        (string, string?)[] secured = [("broker", $"localhost:{broker.Port}"), ("ca-file", certificates.CaFile), ("certificate-file", certificates.ClientFile), ("key-file", certificates.ClientKeyFile)];
        ValidationReport good = await RunAsync(secured);
        Assert.Equal(CheckResult.Ok, good.Findings.Single(f => f.Check == "broker").Result);

        // The tests' certificates hold for a day.
        Assert.Contains("CN=localhost, until", Finding(good, "tls"), StringComparison.Ordinal);
        Assert.Contains("fewer than 30 days", Finding(good, "certificate"), StringComparison.Ordinal);
        ValidationReport stranger = await RunAsync([.. secured, ("ca-file", strangers.CaFile)]);
        Assert.Contains("cannot be trusted", Finding(stranger, "tls"), StringComparison.Ordinal);
        ValidationReport otherName = await RunAsync([.. secured, ("broker", $"127.0.0.1:{broker.Port}")]);
        Assert.Contains("it is not for '127.0.0.1'", Finding(otherName, "tls"), StringComparison.Ordinal);
        ValidationReport otherKey = await RunAsync([.. secured, ("key-file", strangers.ClientKeyFile)]);
        Assert.Equal(CheckResult.Failure, otherKey.Findings.Single(f => f.Check == "certificate").Result);
    }

    [BrokerFact]
    public async Task Run_TlsBehindAnAuthorityInBetween_IsTrustedByTheFirstOne()
    {
        using var certificates = new TestCertificates();
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync($"allow_anonymous true\ncertfile {certificates.ChainFile}\nkeyfile {certificates.ChainKeyFile}");
        ValidationReport report = await RunAsync(("broker", $"localhost:{broker.Port}"), ("ca-file", certificates.CaFile));
        Assert.Contains("CN=localhost, until", Finding(report, "tls"), StringComparison.Ordinal);
        Assert.Equal(CheckResult.Ok, report.Findings.Single(f => f.Check == "broker").Result);
    }

    [BrokerFact]
    public async Task Run_KeyThatCannotBeRead_IsAFailureAmongTheOthers()
    {
        using var certificates = new TestCertificates();
        await using MosquittoBroker broker = await MosquittoBroker.StartAsync($"allow_anonymous true\ncertfile {certificates.ServerFile}\nkeyfile {certificates.ServerKeyFile}");

        // Exists, and reading it fails, for the superuser too.
        ValidationReport report = await RunAsync(
            ("broker", $"localhost:{broker.Port}"), ("ca-file", certificates.CaFile), ("certificate-file", certificates.ClientFile), ("key-file", "/proc/self/mem"));
        Assert.Equal(2, report.ExitStatus);
        Assert.Contains("--key-file", Finding(report, "tls"), StringComparison.Ordinal);
        Assert.Contains("normalization layers", Finding(report, "model"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_CheckThatFailsItself_IsAFailureAmongTheOthers()
    {
        using var address = new TcpListener(IPAddress.Loopback, 0);
        address.Start();
        ValidationReport report = await AgentValidation.RunAsync(
            null, _files.Settings(("broker", address.LocalEndpoint.ToString())), () => throw new InvalidOperationException("No transport."), CancellationToken.None);
        Assert.Equal(2, report.ExitStatus);
        Assert.Contains("No transport.", Finding(report, "broker"), StringComparison.Ordinal);
        Assert.Equal(CheckResult.Ok, report.Findings.Single(f => f.Check == "session").Result);
    }

    [Fact]
    public async Task Run_BrokerThatDoesNotGrantTheImageTopic_SaysSo()
    {
        using var address = new TcpListener(IPAddress.Loopback, 0);
        address.Start();
        var broker = new ScriptedTransport(ScriptedTransport.Accepted) { Refused = { ["refused/image"] = "Not today." } };
        ValidationReport report = await AgentValidation.RunAsync(
            null, _files.Settings(("source", null), ("image-topic", "refused/image"), ("broker", address.LocalEndpoint.ToString())), () => broker, CancellationToken.None);
        Assert.Equal(2, report.ExitStatus);
        Assert.Contains("does not grant refused/image (Not today.)", Finding(report, "broker"), StringComparison.Ordinal);
        Assert.Equal("refused/image", broker.Filters[^1]);
        Assert.Equal(3, broker.Filters.Count);
        Assert.True(broker.IsDisposed);
    }

    [Fact]
    public async Task Run_SilentBroker_EndsWithinItsBound()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        ValidationReport report = await RunAsync(("broker", silent.LocalEndpoint.ToString())).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Contains("no answer within 5 s", Finding(report, "broker"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_ValidateAsJson_PrintsAllOfItAndExitsWithItsStatus()
    {
        string[] arguments = [.. _files.Settings(("state", "/proc/nowhere")).SelectMany(s => new[] { "--" + s.Key, s.Value! }), "--validate", "--json"];
        (int status, string output) = await AgentProcess.RunAsync(arguments);
        Assert.Equal(2, status);
        JsonElement report = JsonDocument.Parse(output).RootElement;
        Assert.Equal(2, report.GetProperty("exit_status").GetInt32());
        Assert.Equal("fail", report.GetProperty("checks").EnumerateArray().Single(c => c.GetProperty("check").GetString() == "state").GetProperty("result").GetString());
        Assert.Equal(1, report.GetProperty("failures").GetInt32());
    }

    private async Task<ValidationReport> RunAsync(params (string Name, string? Value)[] settings) =>
        await AgentValidation.RunAsync(null, _files.Settings(settings), MqttTransports.Default, CancellationToken.None);

    private static string Finding(ValidationReport report, string check) => report.Findings.Single(f => f.Check == check).Finding;
}
