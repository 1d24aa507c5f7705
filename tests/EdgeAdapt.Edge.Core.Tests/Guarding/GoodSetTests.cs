using System.Globalization;
using EdgeAdapt.Adaptation;
using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Edge.Core.Rollout;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using Xunit.Abstractions;

namespace EdgeAdapt.Edge.Core.Tests.Guarding;

/// <summary>
/// The demo's loop in one process: the device answers a day of weather, the cloud side adapts on what the entropy filter selects, each set goes back. Not one of them may be
/// refused or taken back. Prints how near they come to the limits: docs/guard.md has the table.
/// </summary>
public sealed class GoodSetTests(ITestOutputHelper output) : IDisposable
{
    private const int FramesPerPhase = 96;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(StatisticsMode.Mixed)]
    [InlineData(StatisticsMode.Set)]
    public async Task Take_SetsOfARealAdaptation_AreAllTakenAndStay(StatisticsMode mode)
    {
        await using var device = new RoadSignDevice(_folder, mode, new RolloutGuardOptions());
        using var cloud = new CloudAdapter(RoadSignModel.Student, RoadSignModel.LoadTeacher(), CemaOptions.Default, Tiny.OneThread);
        IReadOnlyList<LayerStatistics>? reported = null;
        device.Rollout.StatisticsRefreshed += (statistics, _, _) => Volatile.Write(ref reported, statistics.Mixed);
        FloatTensor frames = RoadSignModel.Day(FramesPerPhase);
        var filter = new EntropyFilter(EntropyFilterOptions.Device, device.Rollout.Active.Classes);
        long version = 0;
        for (int i = 0; i < frames.Count; i++)
        {
            float[] image = frames.Sample(i).ToArray();
            float[] logits = await device.AnswerAsync(image);
            if (filter.Select([Logits.Entropy(logits)]).Count == 0)
            {
                continue;
            }

            cloud.Enqueue(new TensorSample($"{i}", image));
            if (cloud.QueuedSamples < CemaOptions.Default.CloudBatch)
            {
                continue;
            }

            if (Volatile.Read(ref reported) is { } statistics)
            {
                cloud.SetEdgeStatistics(statistics);
            }

            cloud.Adapt();
            version++;
            Print(version, frames, i, cloud.StudentParameters);
            device.Rollout.Offer(RoadSignModel.Publish(version, cloud.StudentParameters));
            Assert.True(await device.Decisions.WaitAsync(Within.Limit));
            Assert.True(device.Rollout.LastRefusal is null, $"version {version} at frame {i}: {device.Rollout.LastRefusal}");
        }

        Assert.True(version >= 5, $"only {version} sets");
        Assert.True(device.Rollout.LastReversal is null, device.Rollout.LastReversal);
        Assert.Equal((version, 0L, 0L), (device.Counters.ParameterSwaps, device.Counters.RefusedSets, device.Counters.Reversals));
    }

    /// <summary>The set's distances, and its answers beside the source's, the worst case of a last good set, on the frames up to now.</summary>
    private void Print(long version, FloatTensor frames, int last, IReadOnlyList<LayerParameters> parameters)
    {
        IReadOnlyList<LayerDistance> distances = LayerDistance.Of(RoadSignModel.Student, parameters);
        FloatTensor recent = frames.Select([.. Enumerable.Range(Math.Max(0, last - 63), Math.Min(64, last + 1))]);
        var comparison = AnswerComparison.Of(Answers(RoadSignModel.Student.Source, recent), Answers(parameters, recent), 10);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"v{version} frame {last}: distance {distances.Max(d => d.Affine):0.000}, shift {distances.Max(d => d.Shift):0.00}; against the source: agreement {comparison.Agreement:0.00}, " +
            $"entropy {comparison.EntropyRise.Mean:+0.00;-0.00;0.00}, confidence {-comparison.ConfidenceDrop.Mean:+0.00;-0.00;0.00}, diversity {comparison.Diversity.Ratio:0.00}"));
    }

    private static AnswerSample[] Answers(IReadOnlyList<LayerParameters> parameters, FloatTensor images)
    {
        using var session = new ModelSession(RoadSignModel.Student.With(parameters).ToBytes(), Tiny.OneThread);
        FloatTensor logits = session.Run(
            new Dictionary<string, FloatTensor> { [RoadSignModel.Student.Signature.InputName] = images }, [RoadSignModel.Student.Signature.OutputName])[0];
        return [.. Enumerable.Range(0, images.Count).Select(i => AnswerSample.Of(logits.Sample(i)))];
    }
}
