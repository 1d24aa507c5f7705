using EdgeAdapt.Edge.Core.Outbox;
using EdgeAdapt.Edge.Core.Tests.Answering;
using EdgeAdapt.Edge.Core.Uploading;

namespace EdgeAdapt.Edge.Core.Tests;

public sealed class EdgeAgentOptionsTests : IDisposable
{
    private readonly AgentFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Faults_GoodOptions_AreNone() => Assert.Empty(Good().Faults());

    public static TheoryData<string, Func<EdgeAgentOptions, EdgeAgentOptions>> Bad => new()
    {
        { "--model", o => o with { Model = "gone.onnx" } },
        { "--source", o => o with { Source = "gone" } },
        { "other than .npy", o => o with { Source = o.Model } },
        { "--rate", o => o with { Rate = -1 } },
        { "--rate", o => o with { Rate = 1000.5 } },
        { "--rate", o => o with { Rate = double.NaN } },
        { "Give one of them", o => o with { Loop = true, Watch = true, Source = Path.GetTempPath() } },
        { "--watch needs a folder", o => o with { Watch = true } },
        { "--tenant", o => o with { Tenant = "a/b" } },
        { "--group", o => o with { Group = "" } },
        { "--device", o => o with { Device = "_groups" } },
        { "--state", o => o with { State = " " } },
        { "--threads", o => o with { Threads = -1 } },
        { "--statistics-batch", o => o with { StatisticsBatch = 1 } },
        { "--statistics-batch", o => o with { StatisticsBatch = 4097 } },
        { "--drain-timeout", o => o with { DrainTimeout = TimeSpan.FromSeconds(-1) } },
        { "Momentum", o => o with { StatisticsPolicy = o.StatisticsPolicy with { Momentum = 0 } } },
        { "EntropyHighMargin", o => o with { Filter = o.Filter with { EntropyHighMargin = 2 } } },
        { "outbox", o => o with { Outbox = new OutboxOptions { MaximumBytes = OutboxOptions.SmallestMaximumBytes - 1 } } },
        { "quarantined", o => o with { Outbox = new OutboxOptions { QuarantinedFiles = -1 } } },
        { "in flight", o => o with { Upload = new UploadOptions { MaximumInFlight = 0 } } },
        { "in flight", o => o with { Upload = new UploadOptions { MaximumInFlight = 1025 } } },
        { "on their way to the broker", o => o with { Upload = new UploadOptions { MaximumUnansweredBytes = 0 } } },
        { "acknowledgement timeout", o => o with { Upload = new UploadOptions { AcknowledgementTimeout = TimeSpan.Zero } } },
        { "longest acknowledgement", o => o with { Upload = new UploadOptions { LongestAcknowledgementTimeout = TimeSpan.FromSeconds(19) } } },
        { "Host", o => o with { Broker = o.Broker! with { Host = "mqtt://x" } } },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Faults_OneFault_IsNamedAlone(string part, Func<EdgeAgentOptions, EdgeAgentOptions> change) =>
        Assert.Contains(part, Assert.Single(change(Good()).Faults()), StringComparison.Ordinal);

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1000, 4096)]
    public void Faults_AtTheLimits_AreNone(double rate, int batch) => Assert.Empty((Good() with { Rate = rate, StatisticsBatch = batch }).Faults());

    [Fact]
    public void Open_ManyFaults_NamesAllOfThem()
    {
        EdgeAgentOptions options = Good() with { Model = "gone.onnx", Rate = -1, Device = "a b" };
        string message = Assert.Throws<EdgeAgentException>(() => _fixture.Open(options, new ScriptedUplink())).Message;
        Assert.Equal(3, message.Split(Environment.NewLine).Length);
    }

    private EdgeAgentOptions Good() => _fixture.Options(_fixture.WriteFrames(1));
}
