using EdgeAdapt.Edge.Core;
using EdgeAdapt.Edge.Core.Resources;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Agent.Tests;

public sealed class LimitedDefaultsTests : IDisposable
{
    private const long Model = 10_000_000;
    private readonly AgentFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void For_RoomForEverything_AreTheUsualOnes()
    {
        Assert.Equal(LimitedDefaults.None, LimitedDefaults.For(ResourceLimits.Unknown, Model));
        Assert.Equal(LimitedDefaults.None, LimitedDefaults.For(Memory(MemoryNeed.Of(Model) + LimitedDefaults.Ample), Model));
        Assert.Equal(LimitedDefaults.None, LimitedDefaults.For(Memory(1L << 40), Model));
    }

    [Theory]
    [InlineData(128_000_000, 32, 8, 16)]
    [InlineData(64_000_000, 16, 4, 8)]
    [InlineData(1_000_000, 8, 1, 8)]
    [InlineData(-1_000_000_000, 8, 1, 8)]
    public void For_LittleBesideTheModel_ShrinkWithItDownToTheLeast(long beside, int images, int megabytes, int batch) =>
        Assert.Equal(new LimitedDefaults(0, images, (long)megabytes << 20, batch), LimitedDefaults.For(Memory(MemoryNeed.Of(Model) + beside), Model));

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(1.9, 1)]
    [InlineData(1e6, int.MaxValue)]
    public void For_FewProcessors_AreAsManyThreads(double processors, int threads) =>
        Assert.Equal(Math.Min(threads, Environment.ProcessorCount), LimitedDefaults.For(new ResourceLimits(2, null, null, processors), Model).Threads);

    [Fact]
    public void Read_SmallDevice_TakesThemAndSaysSo()
    {
        var reader = new AgentOptionsReader(AgentConfiguration.Load(null, _files.Settings(("http", "8080"), ("threads", null))), new ResourceLimits(2, 150_000_000, null, 1));
        EdgeAgentOptions options = reader.Read();
        Assert.Equal((1, 8, 8, 1 << 20), (options.Threads, options.StatisticsBatch, reader.Server!.MaximumImages, reader.Server.MaximumRequestBytes));
        Assert.Equal(
            ["--http-images 8 (instead of 64)", "--http-megabytes 1 (instead of 16)", "--statistics-batch 8 (instead of 32)", "--threads 1 (instead of 0)"], reader.Lowered.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Read_SmallDeviceWithSettings_KeepsThem()
    {
        (string, string?)[] set = [("http", "8080"), ("threads", "3"), ("statistics-batch", "64"), ("http-images", "99"), ("http-megabytes", "32")];
        var reader = new AgentOptionsReader(AgentConfiguration.Load(null, _files.Settings(set)), new ResourceLimits(2, 150_000_000, null, 1));
        EdgeAgentOptions options = reader.Read();
        Assert.Equal((3, 64, 99, 32 << 20), (options.Threads, options.StatisticsBatch, reader.Server!.MaximumImages, reader.Server.MaximumRequestBytes));
        Assert.Empty(reader.Lowered);
    }

    [Fact]
    public void Write_Limits_AreOneLineAndAnotherForWhatTheyLower()
    {
        List<string> lines = [];
        ResourceReport.Write(new Lines(lines), new ResourceLimits(2, 256_000_000, 1L << 33, 0.5), new ProcessUse(), ["--threads 1 (instead of 0)"]);
        Assert.Equal(2, lines.Count);
        Assert.Contains("of 256 MB that the control group (version 2) allows, 0.5 processors", lines[0], StringComparison.Ordinal);
        Assert.Contains("--threads 1 (instead of 0)", lines[1], StringComparison.Ordinal);
        ResourceReport.Write(new Lines(lines), ResourceLimits.Unknown, new ProcessUse("/nowhere"), []);
        Assert.Equal(3, lines.Count);
    }

    private static ResourceLimits Memory(long bytes) => new(2, bytes, null, null);

    private sealed class Lines(List<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => lines.Add(formatter(state, exception));
    }
}
