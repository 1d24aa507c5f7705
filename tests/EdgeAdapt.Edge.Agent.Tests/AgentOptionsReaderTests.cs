using EdgeAdapt.Adaptation;
using EdgeAdapt.Edge.Core;
using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Edge.Core.Rollout;
using EdgeAdapt.Edge.Core.Telemetry;
using EdgeAdapt.Edge.Core.Uploading;
using EdgeAdapt.Edge.Server;
using EdgeAdapt.ParameterSets.Signing;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Agent.Tests;

public sealed class AgentOptionsReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgeadapt-agent-").FullName;
    private readonly Dictionary<string, string?> _good;

    public AgentOptionsReaderTests()
    {
        string model = Path.Combine(_folder, "m.onnx");
        File.WriteAllBytes(model, [1]);
        _good = new() { ["model"] = model, ["source"] = _folder, ["state"] = Path.Combine(_folder, "state"), ["device"] = "cam-1" };
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Read_RequiredAlone_TakesTheDocumentedDefaults()
    {
        EdgeAgentOptions options = Read();
        var defaults = new EdgeAgentOptions { Model = options.Model, Source = options.Source, State = options.State, Device = "cam-1" };
        Assert.Equal(defaults, options with { Broker = null });
        Assert.Equal(("127.0.0.1", 1883), (options.Broker!.Host, options.Broker.Port));
    }

    [Fact]
    public void Read_TelemetryAndPrivacy_ReachTheirOptions()
    {
        EdgeAgentOptions options = Read(("privacy", "statistics"), ("drift-window", "50"), ("drift-block", "16"), ("telemetry-period", "5"));
        Assert.Equal(PrivacyMode.Statistics, options.Privacy);
        Assert.Equal(new DriftOptions { Window = 50, Block = 16, ReportPeriod = TimeSpan.FromSeconds(5) }, options.Drift);
        Assert.Equal(0.005, Read(("audit-share", "0.005")).AuditShare);
    }

    [Fact]
    public void Read_TelemetryAndPrivacyWrong_NamesEveryFlag()
    {
        string message = Assert.Throws<EdgeAgentException>(() => Read(
            ("privacy", "nothing"), ("audit-share", "1.5"), ("drift-window", "0"), ("drift-block", "9999"), ("telemetry-period", "0"))).Message;
        Assert.All(
            ["--audit-share 0", "--audit-share uploads images", "--drift-window", "--drift-block", "--telemetry-period"],
            flag => Assert.Contains(flag, message, StringComparison.Ordinal));
        Assert.Contains("privacy", Assert.Throws<EdgeAgentException>(() => Read(("privacy", "some"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EverySetting_ReachesItsOption()
    {
        EdgeAgentOptions options = Read(
            ("rate", "12.5"), ("loop", "true"), ("broker", "broker.example.org:2883"), ("group", "night"), ("tenant", "acme"), ("mean", "0.1,0.2,0.3"), ("std", "0.4,0.5,0.6"),
            ("statistics", "Set"), ("statistics-batch", "32"), ("statistics-memory", "200"), ("statistics-prior", "16"), ("statistics-distance", "0.1"),
            ("entropy-high", "0.5"), ("entropy-low", "none"), ("entropy-warm-up", "none"), ("entropy-lambda", "0.9"), ("upload-share", "0.25"), ("upload-choice", "uncertainty"), ("upload-reserve", "400"), ("outbox-megabytes", "0.5"), ("in-flight", "7"),
            ("outbox-hours", "12"), ("outbox-novelty", "0.25"), ("outbox-half-life", "6"), ("outbox-queue", "8"), ("outbox-remembered", "100"), ("upload-burst", "0.02"),
            ("upload-megabytes-per-minute", "0.5"), ("upload-megabytes-per-hour", "1"), ("upload-megabytes-per-day", "20"), ("upload-megabytes-per-month", "300"),
            ("acknowledgement-timeout", "5"), ("drain-timeout", "2.5"), ("threads", "2"), ("report", "r.jsonl"), ("report-megabytes", "1.5"), ("username", "u"), ("log-level", "warning"), ("receive-maximum", "40"));
        Assert.Equal(40, options.Broker!.ReceiveMaximum);
        Assert.Equal(12.5, options.Rate);
        Assert.True(options.Loop);
        Assert.Equal(("broker.example.org", 2883, "u"), (options.Broker!.Host, options.Broker.Port, options.Broker.Username));
        Assert.Equal(("acme", "night", "r.jsonl", 2), (options.Tenant, options.Group, options.Report, options.Threads));
        Assert.Equal(3L << 19, options.ReportBytes);
        Assert.Equal([0.1f, 0.2f, 0.3f], options.Normalization!.Mean);
        Assert.Equal([0.4f, 0.5f, 0.6f], options.Normalization.StandardDeviation);
        Assert.Equal((StatisticsMode.Set, 32), (options.Statistics, options.StatisticsBatch));
        Assert.Equal((200f, 16f, 0.1f), (options.StatisticsPolicy.MemoryImages, options.StatisticsPolicy.PriorSamples, options.StatisticsPolicy.DistanceScale));
        Assert.Equal((0.5, null, null, 0.9), (options.Filter.EntropyHighMargin, options.Filter.EntropyLowMargin, options.Filter.WarmUpSamples, options.Filter.Lambda));
        Assert.Equal((0.25, SelectionStrategy.Uncertainty, 400), (options.Filter.UploadShare, options.Filter.Strategy, options.Filter.ReserveFrames));
        Assert.Equal(512 << 10, options.Outbox.MaximumBytes);
        Assert.Equal((TimeSpan.FromHours(12), 0.25, TimeSpan.FromHours(6), 8, 100), (options.Outbox.MaximumAge, options.Outbox.Value.NoveltyShare, options.Outbox.Value.HalfLife, options.Outbox.QueuedWrites, options.Outbox.RememberedIds));
        ByteBudgetOptions budget = options.Upload.Budget;
        Assert.Equal((500_000L, 1_000_000L, 20_000_000L, 300_000_000L, 0.02), (budget.BytesPerMinute, budget.BytesPerHour, budget.BytesPerDay, budget.BytesPerMonth, budget.BurstShare));
        Assert.Equal((7, TimeSpan.FromSeconds(5)), (options.Upload.MaximumInFlight, options.Upload.AcknowledgementTimeout));
        Assert.Equal(TimeSpan.FromSeconds(2.5), options.DrainTimeout);
    }

    [Fact]
    public void Read_GuardSettings_ReachTheirOptions()
    {
        string[] keys = [NewKey("a"), NewKey("b")];
        EdgeAgentOptions options = Read(
            ("trusted-key", string.Join(',', keys)), ("guard-distance", "0.5"), ("guard-shift", "9"), ("canary-frames", "64"), ("guard-agreement", "0.3"), ("guard-entropy", "0.1"),
            ("guard-confidence", "0.15"), ("guard-diversity", "0.7"), ("guard-slowdown", "2"), ("guard-window", "128"), ("keep-sets", "9"));
        Assert.Equal(keys, options.TrustedKeys);
        Assert.Equal(
            new RolloutGuardOptions
            {
                MaximumDistance = 0.5, MaximumShift = 9, CanaryFrames = 64, MinimumAgreement = 0.3, MaximumEntropyRise = 0.1, MaximumConfidenceDrop = 0.15,
                MinimumDiversity = 0.7, MaximumSlowdown = 2, Window = 128, KeptSets = 9,
            },
            options.Guard);
    }

    [Fact]
    public void Read_BadGuardSettings_NamesAllOfThemAtOnce()
    {
        string message = Assert.Throws<EdgeAgentException>(() => Read(
            ("trusted-key", Path.Combine(_folder, "absent.pub")), ("guard-distance", "0"), ("guard-shift", "-1"), ("canary-frames", "513"), ("guard-agreement", "1.1"), ("guard-entropy", "0"),
            ("guard-confidence", "2"), ("guard-diversity", "-1"), ("guard-slowdown", "0.9"), ("guard-window", "-1"), ("keep-sets", "0"))).Message;
        foreach (string part in new[]
        {
            "absent.pub", "--guard-distance", "--guard-shift", "--canary-frames", "--guard-agreement", "--guard-entropy", "--guard-confidence", "--guard-diversity", "--guard-slowdown",
            "--guard-window", "--keep-sets",
        })
        {
            Assert.Contains(part, message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Load_TrustedKeysInAFile_MayBeAnArray()
    {
        string[] keys = [NewKey("a"), NewKey("b")];
        string file = Path.Combine(_folder, "settings.json");
        File.WriteAllText(file, System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, string[]> { ["trusted-key"] = keys }));
        Assert.Equal(keys, new AgentOptionsReader(AgentConfiguration.Load(file, _good)).Read().TrustedKeys);
    }

    [Theory]
    [InlineData("broker.example.org", "broker.example.org", 1883)]
    [InlineData("10.0.0.7:2000", "10.0.0.7", 2000)]
    [InlineData("[::1]:1884", "::1", 1884)]
    public void Read_Broker_TakesHostAndPort(string text, string host, int port)
    {
        EdgeAgentOptions options = Read(("broker", text));
        Assert.Equal((host, port), (options.Broker!.Host, options.Broker.Port));
    }

    [Theory]
    [InlineData("8080", "127.0.0.1:8080")]
    [InlineData("localhost:0", "127.0.0.1:0")]
    [InlineData("0.0.0.0:80", "0.0.0.0:80")]
    [InlineData("[::1]:8081", "[::1]:8081")]
    public void Read_Http_NeedsNoSourceAndTakesItsSettings(string text, string address)
    {
        string token = Path.Combine(_folder, "token");
        File.WriteAllText(token, "0123456789abcdef\n");
        var all = new Dictionary<string, string?>(_good)
        {
            ["source"] = null, ["http"] = text, ["http-token-file"] = token, ["http-batch"] = "4", ["http-batch-wait"] = "2.5", ["http-images"] = "16", ["http-megabytes"] = "0.5", ["http-no-samples"] = "true",
            ["no-page"] = "true", ["page-no-pictures"] = "true",
        };
        var reader = new AgentOptionsReader(AgentConfiguration.Load(null, all));
        EdgeAgentOptions options = reader.Read();
        Assert.True(options.TakesRequests);
        ServerOptions server = reader.Server!;
        Assert.Equal((address, "0123456789abcdef"), (server.Address.ToString(), server.Token));
        Assert.Equal((4, TimeSpan.FromMilliseconds(2.5), 16, 512L << 10, false), (server.MaximumBatch, server.BatchWait, server.MaximumImages, server.MaximumRequestBytes, server.KeepSamples));
        Assert.Equal((false, false), (server.Page, server.PagePictures));
    }

    [Theory]
    [InlineData("images", true)]
    [InlineData("statistics", false)]
    [InlineData("nothing", false)]
    public void Read_Privacy_HidesThePagesPictures(string mode, bool shown)
    {
        var reader = new AgentOptionsReader(AgentConfiguration.Load(null, new Dictionary<string, string?>(_good) { ["http"] = "8080", ["privacy"] = mode }));
        reader.Read();
        Assert.Equal((true, shown), (reader.Server!.Page, reader.Server.PagePictures));
    }

    [Fact]
    public void Read_NoHttp_HasNoServerAndNeedsASource()
    {
        var reader = new AgentOptionsReader(AgentConfiguration.Load(null, new Dictionary<string, string?>(_good)));
        Assert.False(reader.Read().TakesRequests);
        Assert.Null(reader.Server);
        Assert.Contains("--http", Assert.Throws<EdgeAgentException>(() => Read(("source", ""))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_HttpFaults_NamesAllAtOnce()
    {
        string message = Assert.Throws<EdgeAgentException>(() => Read(
            ("http", "everywhere"), ("http-token-file", "gone"), ("http-batch", "0"), ("http-batch-wait", "5000"), ("http-images", "-1"), ("http-megabytes", "9999"))).Message;
        Assert.Equal(6, message.Split(Environment.NewLine).Length);
        Assert.Contains("'everywhere'", message, StringComparison.Ordinal);
        Assert.Contains("--http-token-file", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BrokerNone_HasNoUplink() => Assert.Null(Read(("broker", "none")).Broker);

    [Theory]
    [InlineData("rate", "fast", "no number")]
    [InlineData("rate", "1,5", "decimal point")]
    [InlineData("in-flight", "2.5", "whole number")]
    [InlineData("receive-maximum", "many", "whole number")]
    [InlineData("loop", "perhaps", "true or false")]
    [InlineData("statistics", "batch", "mixed, set, source")]
    [InlineData("statistics", "1", "mixed, set, source")]
    [InlineData("log-level", "loud", "warning")]
    [InlineData("broker", "mqtt://x", "HOST:PORT")]
    [InlineData("broker", "x:99999", "HOST:PORT")]
    [InlineData("mean", "0.5,0.5,0.5", "--std")]
    [InlineData("outbox-megabytes", "-1", "outbox")]
    [InlineData("report-megabytes", "0.5", "--report-megabytes")]
    [InlineData("drain-timeout", "-3", "--drain-timeout")]
    [InlineData("outbox-hours", "0", "--outbox-hours")]
    [InlineData("outbox-novelty", "1.5", "--outbox-novelty")]
    [InlineData("outbox-half-life", "0", "--outbox-half-life")]
    [InlineData("outbox-queue", "0", "--outbox-queue")]
    [InlineData("outbox-remembered", "-1", "--outbox-remembered")]
    [InlineData("upload-megabytes-per-minute", "0", "--upload-megabytes-per-minute")]
    [InlineData("upload-megabytes-per-hour", "-4", "--upload-megabytes-per-hour")]
    [InlineData("upload-megabytes-per-day", "0.0001", "--upload-megabytes-per-day")]
    [InlineData("upload-megabytes-per-month", "much", "no number")]
    [InlineData("upload-burst", "0.6", "--upload-burst")]
    [InlineData("stdin-frames", "640", "WIDTHxHEIGHT")]
    [InlineData("live", "true", "--source -")]
    [InlineData("image-topic", "a/#", "two sources")]
    [InlineData("image-queue", "0", "--image-queue")]
    [InlineData("frame-megabytes", "500", "--frame-megabytes")]
    [InlineData("publish-answers", "some", "changes")]
    public void Read_BadValue_NamesItAndTheRemedy(string name, string value, string part)
    {
        string message = Assert.Throws<EdgeAgentException>(() => Read((name, value))).Message;
        Assert.Contains(part, message, StringComparison.Ordinal);
        Assert.Single(message.Split(Environment.NewLine));
    }

    [Fact]
    public void Read_ManyFaults_NamesAllAtOnce()
    {
        string message = Assert.Throws<EdgeAgentException>(() => Read(("rate", "x"), ("device", "a/b"), ("threads", "-1"), ("model", ""))).Message;
        Assert.Equal(4, message.Split(Environment.NewLine).Length);
    }

    [Fact]
    public void Load_FileEnvironmentAndFlags_TheLaterWins()
    {
        string file = Path.Combine(_folder, "settings.json");
        File.WriteAllText(file, """{ "rate": 1, "group": "file", "loop": true, "tenant": "file" }""");
        const string variable = "EDGEADAPT_EDGE_GROUP";
        Environment.SetEnvironmentVariable(variable, "environment");
        Environment.SetEnvironmentVariable("EDGEADAPT_EDGE_TENANT", "environment");
        try
        {
            var reader = new AgentOptionsReader(AgentConfiguration.Load(file, new Dictionary<string, string?>(_good) { ["tenant"] = "flags" }));
            EdgeAgentOptions options = reader.Read();
            Assert.Equal((1, true, "environment", "flags"), (options.Rate, options.Loop, options.Group, options.Tenant));
            Assert.Equal(LogLevel.Information, reader.LogLevel);
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
            Environment.SetEnvironmentVariable("EDGEADAPT_EDGE_TENANT", null);
        }
    }

    [Theory]
    [InlineData("""{ "rat": 1 }""", "'rat'")]
    [InlineData("""{ "rate": """, "--config")]
    [InlineData(null, "--config")]
    public void Load_BadFile_SaysWhatToDo(string? content, string part)
    {
        string file = Path.Combine(_folder, "settings.json");
        if (content is not null)
        {
            File.WriteAllText(file, content);
        }

        Assert.Contains(part, Assert.Throws<EdgeAgentException>(() => new AgentOptionsReader(AgentConfiguration.Load(file, new Dictionary<string, string?>())).Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_EmptyPath_SaysWhatToDo() =>
        Assert.Contains("--config", Assert.Throws<EdgeAgentException>(() => AgentConfiguration.Load(string.Empty, _good)).Message, StringComparison.Ordinal);

    private string NewKey(string name)
    {
        string path = Path.Combine(_folder, name);
        SigningKey.Create(path + ".key", path + ".pub");
        return path + ".pub";
    }

    private EdgeAgentOptions Read(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>(_good);
        foreach ((string name, string value) in settings)
        {
            all[name] = value;
        }

        return new AgentOptionsReader(AgentConfiguration.Load(null, all)).Read();
    }
}
