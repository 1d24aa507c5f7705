using System.Diagnostics;
using System.Diagnostics.Metrics;
using EdgeAdapt.Observability.Prometheus;
using Xunit.Abstractions;

namespace EdgeAdapt.Observability.Tests;

public sealed class MetricsCollectorTests(ITestOutputHelper output)
{
    [Fact]
    public void Collect_ObservedAttributesThatVanish_AreGone()
    {
        using var meter = new Meter("test");
        using var collector = new MetricsCollector(m => m == meter);
        string name = "a";
        meter.CreateObservableGauge("g", () => new Measurement<long>(1, new KeyValuePair<string, object?>("name", name)));
        Assert.Equal("a", collector.Collect().Single().Points.Single().Tags.Single().Value);
        name = "b";
        Assert.Equal("b", collector.Collect().Single().Points.Single().Tags.Single().Value);
    }

    [Fact]
    public void Collect_MetersThatAreNotIncludedOrDisposed_AreLeftOut()
    {
        using var other = new Meter("test");
        var meter = new Meter("test");
        using var collector = new MetricsCollector(m => m == meter);
        other.CreateCounter<long>("c").Add(1);
        meter.CreateCounter<long>("d").Add(1);
        meter.CreateCounter<long>("silent");
        Assert.Equal("d", collector.Collect().Single().Name);
        meter.Dispose();
        Assert.Empty(collector.Collect());
    }

    [Fact]
    public void Record_EndlessAttributes_StaysBoundedAndLosesNothing()
    {
        using var meter = new Meter("test");
        using var collector = new MetricsCollector(m => m == meter);
        Counter<long> counter = meter.CreateCounter<long>("c");
        for (int i = 0; i < 1000; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("id", i));
        }

        IReadOnlyList<MetricPoint> points = collector.Collect().Single().Points;
        Assert.Equal(InstrumentState.MaximumSeries, points.Count);
        Assert.Equal(1000, points.Sum(p => p.Value));
        Assert.Equal(1000 - InstrumentState.MaximumSeries + 1, points[^1].Value);
        Assert.Equal("otel.metric.overflow", points[^1].Tags.Single().Key);
    }

    [Fact]
    public void Record_FromManyThreads_CountsEach()
    {
        using var meter = new Meter("test");
        using var collector = new MetricsCollector(m => m == meter);
        Histogram<double> histogram = meter.CreateHistogram<double>("h", "s");
        Parallel.For(0, 20_000, _ => histogram.Record(1));
        MetricPoint point = collector.Collect().Single().Points.Single();
        Assert.Equal((20_000, 20_000d), (point.Buckets!.Count, point.Value));
    }

    /// <summary>What a frame pays for its place in the histogram: stands in the loop that answers thousands of frames a second.</summary>
    [Fact]
    public void Record_OneMeasurement_AllocatesNothingAndTakesUnderTwoMicroseconds()
    {
        using var meter = new Meter("test");
        using var collector = new MetricsCollector(m => m == meter);
        Histogram<double> histogram = meter.CreateHistogram<double>("h", "s");
        const int count = 1_000_000;
        histogram.Record(0.02);
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            histogram.Record(0.02);
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        output.WriteLine($"{elapsed.TotalNanoseconds / count:0} ns a measurement");
        Assert.InRange(elapsed.TotalMicroseconds / count, 0, 2);
    }
}
