using System.Diagnostics;
using System.Text.Json;
using EdgeAdapt.Adaptation;
using EdgeAdapt.Contracts;
using EdgeAdapt.Datasets;
using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Edge.Core.Reporting;
using EdgeAdapt.Edge.Core.Rollout;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Edge.Core.Tests.Guarding;

/// <summary>The rollout of an agent on the demo's model, fed with frames by the test as the frame loop feeds it.</summary>
internal sealed class RoadSignDevice : IAsyncDisposable
{
    public const int Batch = 32;
    private readonly CancellationTokenSource _stop = new();
    private readonly ReportWriter _report;
    private readonly string _reportPath;
    private readonly Task _run;
    private readonly List<float[]> _window = [];

    public RoadSignDevice(TemporaryFolder folder, StatisticsMode mode, RolloutGuardOptions guard, NormalizationModel? model = null)
    {
        _reportPath = folder.File("report.jsonl");
        _report = new ReportWriter(_reportPath, EdgeAgentOptions.DefaultReportBytes, Logger);
        Rollout = new ModelRollout(
            model ?? RoadSignModel.Student, new RolloutOptions(mode, StatisticsPolicy.Device, Tiny.OneThread, [3, RoadSigns.Size, RoadSigns.Size], folder.Path, RoadSignModel.Group) { Guard = guard },
            _report, Counters, TimeProvider.System, Logger);
        Rollout.ParametersDecided += () => Decisions.Release();
        _run = Task.Run(() => Rollout.RunAsync(_stop.Token));
    }

    public ModelRollout Rollout { get; }

    public AgentCounters Counters { get; } = new();

    public ListLogger Logger { get; } = new();

    public SemaphoreSlim Decisions { get; } = new(0);

    /// <summary>Answers a frame; gives the logits.</summary>
    public async Task<float[]> AnswerAsync(float[] image)
    {
        float[] logits;
        long version;
        using (var lease = Rollout.Active.Acquire())
        {
            logits = lease.Run(new FloatTensor(image, 1, 3, RoadSigns.Size, RoadSigns.Size)).Values;
            version = lease.Version;
        }

        Rollout.Observe(image, AnswerSample.Of(logits), version);
        _window.Add(image);
        if (_window.Count == Batch)
        {
            FloatTensor batch = FloatTensor.Stack(_window, 3, RoadSigns.Size, RoadSigns.Size);
            _window.Clear();
            await Rollout.Offer(batch).Reasonable();
        }

        return logits;
    }

    /// <summary>Publishes a set and goes on answering until the device has refused it or taken it back.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> RejectAsync(MqttMessage set, FloatTensor frames, long good)
    {
        long before = Counters.RefusedSets + Counters.Reversals;
        long start = Stopwatch.GetTimestamp();
        Rollout.Offer(set);
        for (int i = 0; Counters.RefusedSets + Counters.Reversals == before || Rollout.Active.Version != good; i++)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10), "the set was neither refused nor taken back");
            await AnswerAsync(frames.Sample(i % frames.Count).ToArray());
        }

        return Stopwatch.GetElapsedTime(start);
    }

    public IReadOnlyList<JsonElement> Report(string type) => ReportLines.Of(_reportPath, type);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Rollout.Dispose();
        _report.Dispose();
        _stop.Dispose();
        Decisions.Dispose();
    }
}
