using System.Collections.Concurrent;
using System.Diagnostics;
using EdgeAdapt.Edge.Core.Inference;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Core.Tests.Inference;

public sealed class ActiveModelTests
{
    private static readonly FloatTensor Images = TinyClassifier.ToTensor(TinyImages.Render(5, 16).Frames);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Acquire_WhileParametersAreSwapped_AnswersEachRequestWithOneStateOnly(bool prepared)
    {
        const int versions = 25;
        using var active = new ActiveModel(Tiny.Model, Tiny.Parameters(0), 0, 0, Tiny.ImageShape, Tiny.OneThread, prepared ? Tiny.Prepared : null);
        var answers = new ConcurrentQueue<(long Version, int Image, float[] Logits)>();
        using var stop = new CancellationTokenSource();
        Task[] clients =
        [
            .. Enumerable.Range(0, 4).Select(client => Task.Run(() =>
            {
                for (int i = client; !stop.IsCancellationRequested; i = (i + 1) % Images.Count)
                {
                    using ModelLease lease = active.Acquire();
                    answers.Enqueue((lease.Version, i, lease.Run(Images.Select([i])).Values));
                }
            })),
        ];
        SpinWait.SpinUntil(() => answers.Count >= 8, Within.Limit);
        for (int version = 1; version <= versions; version++)
        {
            active.Swap(Tiny.Parameters(version), version, 0);
            int seen = answers.Count;
            SpinWait.SpinUntil(() => answers.Count >= seen + 8, Within.Limit);
        }

        await stop.CancelAsync();
        await Task.WhenAll(clients).Reasonable();

        // The parameters of the version that an answer carries, and no others, give its bits.
        Dictionary<(long, int), float[]> expected = [];
        foreach (long version in answers.Select(a => a.Version).Distinct())
        {
            using ModelSession session = prepared ? Tiny.Prepared.Build(Tiny.Parameters(version)) : new ModelSession(Tiny.Model.With(Tiny.Parameters(version)).ToBytes(), Tiny.OneThread);
            for (int i = 0; i < Images.Count; i++)
            {
                var inputs = new Dictionary<string, FloatTensor> { [Tiny.Model.Signature.InputName] = Images.Select([i]) };
                expected[(version, i)] = session.Run(inputs, [Tiny.Model.Signature.OutputName])[0].Values;
            }
        }

        Assert.All(answers, a => Assert.Equal(expected[(a.Version, a.Image)], a.Logits));
        Assert.Equal(versions + 1, answers.Select(a => a.Version).Distinct().Count());
        Assert.Equal(versions + 1, expected.Where(e => e.Key.Item2 == 0).Select(e => e.Value).Distinct(new FloatsComparer()).Count());
    }

    [Fact]
    public void Swap_LeaseHeld_KeepsTheOldStateUntilItIsLeft()
    {
        using var active = new ActiveModel(Tiny.Model, Tiny.Parameters(0), 0, 0, Tiny.ImageShape, Tiny.OneThread, Tiny.Prepared);
        using ModelLease old = active.Acquire();
        float[] before = old.Run(Images).Values;
        active.Swap(Tiny.Parameters(3), 3, 1);
        Assert.Equal(before, old.Run(Images).Values);
        Assert.Equal(0, old.Version);
        using ModelLease next = active.Acquire();
        Assert.Equal((3L, 1L), (next.Version, next.StatisticsGeneration));
        Assert.Equal(Tiny.Logits(Tiny.Parameters(3), Images), next.Run(Images).Values);
    }

    [Fact]
    public void Leave_LastUser_DisposesTheSessionAndLetsNobodyIn()
    {
        var session = new ModelSession(Tiny.Model.Model.ToBytes(), Tiny.OneThread);
        var snapshot = new ModelSnapshot(session, Tiny.Model.Source, 0, 0);
        Assert.True(snapshot.TryEnter());
        snapshot.Leave();
        Assert.True(snapshot.TryEnter());
        snapshot.Leave();
        snapshot.Leave();
        Assert.False(snapshot.TryEnter());
    }

    [Fact]
    public void Swap_ParametersThatOverflow_AreRefusedAndTheOldOnesStay()
    {
        using var active = new ActiveModel(Tiny.Model, Tiny.Parameters(0), 0, 0, Tiny.ImageShape, Tiny.OneThread, Tiny.Prepared);
        IReadOnlyList<LayerParameters> huge = [.. Tiny.Model.Source.Select(p => p with { Scale = [.. p.Scale.Select(_ => float.MaxValue)] })];
        var fault = Assert.Throws<OnnxModelException>(() => active.Swap(huge, 9, 0));
        Assert.Contains("not finite", fault.Message, StringComparison.Ordinal);
        using ModelLease lease = active.Acquire();
        Assert.Equal(0, lease.Version);
        Assert.Equal(Tiny.Logits(Tiny.Parameters(0), Images), lease.Run(Images).Values);
    }

    [Fact]
    public void Busy_AfterAnAnswer_IsTheTimeSpentOnIt()
    {
        using var active = new ActiveModel(Tiny.Model, Tiny.Parameters(0), 0, 0, Tiny.ImageShape, Tiny.OneThread, Tiny.Prepared);
        Assert.Equal(TimeSpan.Zero, active.Busy);
        long start = Stopwatch.GetTimestamp();
        using (ModelLease lease = active.Acquire())
        {
            lease.Run(Images);
        }

        Assert.InRange(active.Busy, TimeSpan.FromTicks(1), Stopwatch.GetElapsedTime(start));
    }

    [Fact]
    public void Acquire_AfterDisposal_Throws()
    {
        var active = new ActiveModel(Tiny.Model, Tiny.Parameters(0), 0, 0, Tiny.ImageShape, Tiny.OneThread, Tiny.Prepared);
        active.Dispose();
        Assert.Throws<ObjectDisposedException>(active.Acquire);
        active.Dispose();
    }

    private sealed class FloatsComparer : IEqualityComparer<float[]>
    {
        public bool Equals(float[]? x, float[]? y) => x!.AsSpan().SequenceEqual(y);

        public int GetHashCode(float[] obj) => obj[0].GetHashCode();
    }
}
