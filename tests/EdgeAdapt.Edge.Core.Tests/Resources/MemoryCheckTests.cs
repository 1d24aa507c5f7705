using EdgeAdapt.Edge.Core.Preflight;
using EdgeAdapt.Edge.Core.Resources;

namespace EdgeAdapt.Edge.Core.Tests.Resources;

public sealed class MemoryCheckTests : IDisposable
{
    private const long Model = 1000;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_LimitAtTheNeed_IsOkAndOneByteLessIsNot()
    {
        long need = MemoryNeed.Of(Model);
        Assert.Equal(150_007_000, need);
        Assert.Equal(CheckResult.Ok, Memory(new ResourceLimits(2, need, 1L << 40, null)).Result);
        CheckFinding small = Memory(new ResourceLimits(2, need - 1, 1L << 40, null));
        Assert.Equal(CheckResult.Warning, small.Result);
        Assert.Contains("control group (version 2) allows 150 MB", small.Finding, StringComparison.Ordinal);
        Assert.Contains("Raise the limit", small.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_SmallMachine_IsWarnedOf() =>
        Assert.Contains("machine with more memory", Memory(new ResourceLimits(0, null, 64_000_000, null)).Finding, StringComparison.Ordinal);

    [Fact]
    public void Run_NothingKnown_FindsNothing() => Assert.Empty(MemoryCheck.Run(Options(0), ResourceLimits.Unknown, 1));

    [Theory]
    [InlineData(0.05, 1, false, "at least 0.1")]
    [InlineData(0.1, 1, true, "0.1 processors")]
    [InlineData(1.5, 2, true, "1.5 processors")]
    [InlineData(1.5, 4, false, "--threads 1")]
    [InlineData(2, 0, true, "2 processors")]
    public void Run_FewProcessors_LooksAtTheirNumberAndTheThreads(double processors, int threads, bool good, string part)
    {
        CheckFinding finding = Assert.Single(MemoryCheck.Run(Options(threads), new ResourceLimits(2, null, null, processors), null));
        Assert.Equal(("processors", good ? CheckResult.Ok : CheckResult.Warning), (finding.Check, finding.Result));
        Assert.Contains(part, finding.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_LoadingTookMoreThanTheEstimate_GoesByWhatItTook()
    {
        var limits = new ResourceLimits(2, 300_000_000, 1L << 40, null);
        Assert.Equal(CheckResult.Ok, Memory(limits, 300_000_000).Result);
        CheckFinding small = Memory(limits, 400_000_000);
        Assert.Equal(CheckResult.Warning, small.Result);
        Assert.Contains("400 MB", small.Finding, StringComparison.Ordinal);
    }

    private CheckFinding Memory(ResourceLimits limits, long? peak = null) => Assert.Single(MemoryCheck.Run(Options(0), limits, peak), f => f.Check == "memory");

    private EdgeAgentOptions Options(int threads) =>
        new() { Model = _folder.Write("m.onnx", new byte[Model]), Source = "s", Device = "d", State = "t", Threads = threads };
}
