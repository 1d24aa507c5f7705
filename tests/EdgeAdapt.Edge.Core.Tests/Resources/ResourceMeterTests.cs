using System.Diagnostics.Metrics;
using EdgeAdapt.Edge.Core.Metrics;
using EdgeAdapt.Edge.Core.Resources;

namespace EdgeAdapt.Edge.Core.Tests.Resources;

public sealed class ResourceMeterTests : IDisposable
{
    private const string Group = "/sys/fs/cgroup";
    private readonly FakeSystem _system = new();

    public void Dispose() => _system.Dispose();

    [Fact]
    public void Observe_InAContainer_TellsLimitsAndUse()
    {
        _system.Unified().With($"{Group}/memory.max", "268435456").With($"{Group}/memory.current", "1000").With($"{Group}/cpu.max", "50000 100000").With($"{Group}/cpu.stat", "throttled_usec 1500000")
            .With("/proc/self/status", "VmRSS: 10 kB\nThreads: 3").With("/proc/self/fd/0", "");
        Assert.Equal(
            new Dictionary<string, double>
            {
                ["edgeadapt.memory.limit/control_group"] = 268435456, ["edgeadapt.memory.resident"] = 10240, ["edgeadapt.memory.charged"] = 1000, ["edgeadapt.cpu.limit"] = 0.5,
                ["edgeadapt.cpu.throttled"] = 1.5, ["edgeadapt.threads"] = 3, ["edgeadapt.files.open"] = 1,
            },
            Collect());
    }

    [Fact]
    public void Observe_NothingKnown_TellsTheProcessorsAlone() =>
        Assert.Equal(new Dictionary<string, double> { ["edgeadapt.cpu.limit"] = Environment.ProcessorCount }, Collect());

    private Dictionary<string, double> Collect()
    {
        using var meter = new Meter("test");
        ResourceMeter.Observe(meter, ControlGroup.Open(_system.Root), new ProcessUse(_system.Root));
        Dictionary<string, double> seen = [];
        using var listener = new MeterListener { InstrumentPublished = (instrument, l) => Enable(instrument, l, meter) };
        listener.SetMeasurementEventCallback<long>((i, value, tags, _) => seen[Name(i, tags)] = value);
        listener.SetMeasurementEventCallback<double>((i, value, tags, _) => seen[Name(i, tags)] = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return seen;
    }

    private static void Enable(Instrument instrument, MeterListener listener, Meter meter)
    {
        if (instrument.Meter == meter)
        {
            listener.EnableMeasurementEvents(instrument);
        }
    }

    private static string Name(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) => tags.Length == 0 ? instrument.Name : $"{instrument.Name}/{tags[0].Value}";
}
