using System.Diagnostics;
using EdgeAdapt.Edge.Core.Inference;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Prepared;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Edge.Benchmarks.Swaps;

/// <summary>
/// Requests from several clients at once, each waiting for its answer, while the parameters are swapped. Every answer is compared bit for bit with
/// that of a session made of the version it names and nothing else.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="sets">Parameters to swap between, at most as many as versions modulo their number tell apart.</param>
/// <param name="images">What is asked about.</param>
/// <param name="settings">How to run the model.</param>
internal sealed class LoadRun(NormalizationModel model, IReadOnlyList<LayerParameters>[] sets, FloatTensor images, SessionSettings settings)
{
    private const int Clients = 2;
    private readonly Lock _gate = new();
    private readonly List<double> _steady = [];
    private readonly List<double> _swapping = [];
    private long _left;
    private long _failed;
    private long _mixed;
    private int _swaps;
    private volatile List<double>? _times;

    /// <summary>Runs: a tenth of the requests before the first swap, the rest spread over the swaps; before all of them as many to warm up, which are checked and not timed.</summary>
    /// <param name="requests">Number of requests.</param>
    /// <param name="swaps">Number of swaps.</param>
    /// <param name="report">Called a hundred times.</param>
    /// <param name="cancellation">Ends it.</param>
    public LoadReport Run(int requests, int swaps, Action<string> report, CancellationToken cancellation)
    {
        int[] shape = [.. images.Shape[1..].Select(d => (int)d)];
        using PreparedModel prepared = PreparedModel.TryCreate(model, shape, settings, Path.GetTempPath(), out string? reason) ?? throw new IOException(reason);
        float[][][] expected = [.. sets.Select(set => Answers(prepared, set))];
        using var active = new ActiveModel(model, sets[0], 0, 0, shape, settings, prepared);
        _left = requests + (requests / 10);
        Thread[] clients = [.. Enumerable.Range(0, Clients).Select(c => new Thread(() => Ask(active, expected, c, cancellation)))];
        Array.ForEach(clients, c => c.Start());
        Wait(requests, cancellation);
        _times = _steady;
        long calm = requests - (requests / 10);
        Wait(calm, cancellation);
        long before = Settle();
        _times = _swapping;
        long start = Stopwatch.GetTimestamp();
        for (int i = 1; i <= swaps && !cancellation.IsCancellationRequested; i++)
        {
            Wait(calm - (calm * (long)i / (swaps + 1)), cancellation);
            active.Swap(sets[i % sets.Length], i, 0);
            _swaps = i;
            if (i % Math.Max(1, swaps / 100) == 0)
            {
                report($"{i} swaps");
            }
        }

        Array.ForEach(clients, c => c.Join());
        TimeSpan swapping = Stopwatch.GetElapsedTime(start);
        cancellation.ThrowIfCancellationRequested();
        long after = Settle();
        return new LoadReport(requests, _swaps, _failed, _mixed, Percentiles.Of(_steady), Percentiles.Of(_swapping), swapping, before, after);
    }

    private void Ask(ActiveModel active, float[][][] expected, int client, CancellationToken cancellation)
    {
        for (int i = client; Interlocked.Decrement(ref _left) >= 0 && !cancellation.IsCancellationRequested; i = (i + 1) % images.Count)
        {
            List<double>? times = _times;
            long start = Stopwatch.GetTimestamp();
            try
            {
                using ModelLease lease = active.Acquire();
                float[] logits = lease.Run(images.Select([i])).Values;
                double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                if (!logits.AsSpan().SequenceEqual(expected[lease.Version % sets.Length][i]))
                {
                    Interlocked.Increment(ref _mixed);
                }

                lock (_gate)
                {
                    times?.Add(milliseconds);
                }
            }
            catch (OnnxModelException)
            {
                Interlocked.Increment(ref _failed);
            }
        }
    }

    private void Wait(long left, CancellationToken cancellation) =>
        SpinWait.SpinUntil(() => Interlocked.Read(ref _left) <= left || cancellation.IsCancellationRequested);

    private float[][] Answers(PreparedModel prepared, IReadOnlyList<LayerParameters> set)
    {
        using ModelSession session = prepared.Build(set);
        return
        [
            .. Enumerable.Range(0, images.Count).Select(i => session.Run(
                new Dictionary<string, FloatTensor> { [model.Signature.InputName] = images.Select([i]) }, [model.Signature.OutputName])[0].Values),
        ];
    }

    /// <summary>Resident memory without what waits for the garbage collector.</summary>
    private static long Settle()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return ProcessMemory.Resident;
    }
}
