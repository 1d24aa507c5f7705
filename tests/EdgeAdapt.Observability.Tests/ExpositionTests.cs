using System.Diagnostics.Metrics;
using EdgeAdapt.Observability.Prometheus;
using EdgeAdapt.Testing.Metrics;

namespace EdgeAdapt.Observability.Tests;

public sealed class ExpositionTests
{
    [Theory]
    [InlineData(ExpositionFormat.PrometheusText)]
    [InlineData(ExpositionFormat.OpenMetrics)]
    public void Write_EveryKindOfInstrument_IsReadBackWithItsNumbers(ExpositionFormat format)
    {
        using var meter = new Meter("test");
        using var collector = new MetricsCollector(m => m == meter);
        long seen = 41;
        meter.CreateObservableCounter("app.frames", () => Interlocked.Increment(ref seen), "{frame}", "Frames seen.");
        meter.CreateObservableGauge("app.queue.size", () => new Measurement<int>[] { new(7, new KeyValuePair<string, object?>("queue", "a")), new(8, new KeyValuePair<string, object?>("queue", "b")) }, "By", "Waiting.");
        meter.CreateObservableGauge("app.load", () => double.NaN, "1", "A share.");
        Counter<long> sent = meter.CreateCounter<long>("app.sent_total", "By", "Sent.");
        sent.Add(5, new KeyValuePair<string, object?>("direction", "up"));
        sent.Add(6, new KeyValuePair<string, object?>("direction", "up"));
        sent.Add(1, new KeyValuePair<string, object?>("direction", "down"));
        UpDownCounter<int> open = meter.CreateUpDownCounter<int>("app.open");
        open.Add(3);
        open.Add(-1);
        Histogram<double> time = meter.CreateHistogram("app.time", "s", "Time.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 2] });
        foreach (double value in (double[])[0.25, 0.5, 1.5, 100])
        {
            time.Record(value);
        }

        bool openMetrics = format == ExpositionFormat.OpenMetrics;
        ExpositionParser parsed = ExpositionParser.Parse(Exposition.Write(collector.Collect(), [new("service.name", "test")], format), openMetrics);
        Assert.Equal("test", parsed.Samples.Single(s => s.Name == "target_info").Labels["service_name"]);
        Assert.Equal(42, parsed.Value("app_frames_total"));
        Assert.Equal(8, parsed.Value("app_queue_size_bytes", ("queue", "b")));
        Assert.Equal(double.NaN, parsed.Value("app_load_ratio"));
        Assert.Equal(11, parsed.Value("app_sent_bytes_total", ("direction", "up")));
        Assert.Equal(2, parsed.Value("app_open"));
        Assert.Equal("gauge", parsed.Types["app_open"]);
        Assert.Equal(2, parsed.Value("app_time_seconds_bucket", ("le", "0.5")));
        Assert.Equal(2, parsed.Value("app_time_seconds_bucket", ("le", "1.0")));
        Assert.Equal(3, parsed.Value("app_time_seconds_bucket", ("le", "2.0")));
        Assert.Equal(4, parsed.Value("app_time_seconds_count"));
        Assert.Equal(102.25, parsed.Value("app_time_seconds_sum"));
        Assert.Equal("Time.", parsed.Helps["app_time_seconds"]);
        Assert.Equal("counter", parsed.Types[openMetrics ? "app_frames" : "app_frames_total"]);
    }

    [Theory]
    [InlineData(ExpositionFormat.PrometheusText)]
    [InlineData(ExpositionFormat.OpenMetrics)]
    public void Write_HostileTexts_AreReadBackAsTheyWere(ExpositionFormat format)
    {
        const string hostile = "a\\b\n\"c\" {d=\"e\"} # HELP ü";
        var family = new MetricFamily("1.a-b", MetricKind.Gauge, null, hostile, [new MetricPoint([new("x.y", hostile), new("x_y", true), new("é", null)], double.NegativeInfinity)]);
        ExpositionParser parsed = ExpositionParser.Parse(Exposition.Write([family], [], format), format == ExpositionFormat.OpenMetrics);
        ExpositionSample sample = Assert.Single(parsed.Samples);
        Assert.Equal("_1_a_b", sample.Name);
        Assert.Equal(hostile, parsed.Helps["_1_a_b"]);
        Assert.Equal(hostile + ";true", sample.Labels["x_y"]);
        Assert.Equal(string.Empty, sample.Labels["_"]);
        Assert.Equal(double.NegativeInfinity, sample.Value);
    }

    [Fact]
    public void Write_TwoInstrumentsOfOneName_AreOneFamily()
    {
        MetricFamily[] families =
        [
            new("a.b", MetricKind.Gauge, null, "First.", [new MetricPoint([], 1)]),
            new("a_b", MetricKind.Gauge, null, "Second.", [new MetricPoint([], 2), new MetricPoint([new("x", 1)], 3)]),
            new("a:b", MetricKind.Gauge, null, "Another.", [new MetricPoint([], 4)]),
        ];
        ExpositionParser parsed = ExpositionParser.Parse(Exposition.Write(families, [], ExpositionFormat.PrometheusText), openMetrics: false);
        Assert.Equal([("a:b", 4d), ("a_b", 1d), ("a_b", 3d)], parsed.Samples.Select(s => (s.Name, s.Value)));
    }

    [Theory]
    [InlineData(null, ExpositionFormat.PrometheusText)]
    [InlineData("*/*", ExpositionFormat.PrometheusText)]
    [InlineData("text/plain", ExpositionFormat.PrometheusText)]
    [InlineData("application/openmetrics-text", ExpositionFormat.OpenMetrics)]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", ExpositionFormat.OpenMetrics)]
    [InlineData("application/openmetrics-text; version=1.0.0; q=0.4, text/plain;q=0.5", ExpositionFormat.PrometheusText)]
    [InlineData("application/openmetrics-text; version=2.0.0", ExpositionFormat.PrometheusText)]
    [InlineData("application/openmetrics-text;q=nonsense", ExpositionFormat.PrometheusText)]
    [InlineData(";;q=,,=", ExpositionFormat.PrometheusText)]
    public void Choose_AcceptHeader_FollowsItsRanks(string? accept, ExpositionFormat format) => Assert.Equal(format, ContentNegotiation.Choose(accept));
}
