using System.Text.Json;
using EdgeAdapt.Adaptation;
using EdgeAdapt.Contracts;
using EdgeAdapt.Datasets;
using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Edge.Core.Reporting;
using EdgeAdapt.Edge.Core.Rollout;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.ParameterSets.Signing;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Core.Tests.Rollout;

/// <summary>A rollout that runs, with its state in a temporary folder that outlives it.</summary>
internal sealed class RolloutFixture : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ReportWriter _report;
    private readonly string _reportPath;
    private readonly Task _run;

    public RolloutFixture(TemporaryFolder folder, StatisticsMode mode = StatisticsMode.Set, string group = Tiny.Group, StatisticsPolicy? policy = null, RolloutGuardOptions? guard = null,
        TrustedKeys? trusted = null, TimeProvider? time = null)
    {
        _reportPath = folder.File("report.jsonl");
        _report = new ReportWriter(_reportPath, EdgeAgentOptions.DefaultReportBytes, Logger);
        Rollout = new ModelRollout(
            Tiny.Model,
            new RolloutOptions(mode, policy ?? StatisticsPolicy.Device, Tiny.OneThread, Tiny.ImageShape, folder.Path, group)
            {
                Guard = guard ?? new RolloutGuardOptions { Window = 0, CanaryFrames = 0, MaximumDistance = double.MaxValue, MaximumShift = double.MaxValue },
                Trusted = trusted ?? TrustedKeys.None,
                Normalization = new Normalization([0, 0, 0], [1, 1, 1]),
            },
            _report, Counters,
            time ?? TimeProvider.System, Logger);
        _run = Task.Run(() => Rollout.RunAsync(_stop.Token));
    }

    public ModelRollout Rollout { get; }

    public AgentCounters Counters { get; } = new();

    public ListLogger Logger { get; } = new();

    /// <summary>Offers a message and waits until it was accepted or refused.</summary>
    public async Task DecideAsync(MqttMessage message)
    {
        var decided = new TaskCompletionSource();
        void Decided() => decided.TrySetResult();
        Rollout.ParametersDecided += Decided;
        Rollout.Offer(message);
        await decided.Task.Reasonable();
        Rollout.ParametersDecided -= Decided;
    }

    /// <summary>Answers images as the frame loop does, until a condition holds.</summary>
    public async Task AnswerUntilAsync(FloatTensor images, Func<bool> condition)
    {
        long start = TimeProvider.System.GetTimestamp();
        for (int i = 0; !condition(); i++)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Within.Limit, "nothing was decided");
            Answer(images, i % images.Count);
            await Task.Yield();
        }
    }

    /// <summary>Answers one image as the frame loop does.</summary>
    public void Answer(FloatTensor images, int index)
    {
        float[] image = images.Sample(index).ToArray();
        using var lease = Rollout.Active.Acquire();
        Rollout.Observe(image, AnswerSample.Of(lease.Run(new FloatTensor(image, 1, 3, TinyImages.Size, TinyImages.Size)).Values), lease.Version);
    }

    public Task RefreshAsync(FloatTensor frames) => Rollout.Offer(frames).Reasonable();

    public float[] Logits(FloatTensor images)
    {
        using var lease = Rollout.Active.Acquire();
        return lease.Run(images).Values;
    }

    public IReadOnlyList<JsonElement> Report(string type) => ReportLines.Of(_reportPath, type);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Rollout.Dispose();
        _report.Dispose();
        _stop.Dispose();
    }
}
