using EdgeAdapt.Adaptation;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Evaluation;

/// <summary>
/// Runs cells on several threads, each with methods of its own on one thread of ONNX Runtime: what a cell computes then depends
/// neither on the number of cores nor on its neighbours.
/// </summary>
internal sealed class CellPool(EvaluationSubject subject, (int Channels, int Height, int Width) shape, CellRunner runner, int workers) : IDisposable
{
    /// <summary>Share of the memory at hand that a further worker may fill.</summary>
    private const double MemoryShare = 0.8;

    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _firstBatch = new();
    private int _running;

    /// <summary>Runs all cells; the first failure stops the others and is thrown.</summary>
    /// <param name="cells">What to run.</param>
    /// <param name="progress">Called once a batch, by one thread at a time.</param>
    /// <param name="finished">Called once a cell, by one thread at a time.</param>
    /// <param name="cancellation">Stops between batches.</param>
    public void Run(IReadOnlyList<EvaluationCell> cells, Action<EvaluationCell> progress, Action<CellResult> finished, CancellationToken cancellation)
    {
        // Cells of one method follow one another, so that a worker seldom has to load another.
        var waiting = new Queue<EvaluationCell>(cells.GroupBy(c => (c.Method, c.Seed)).SelectMany(g => g));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] tasks =
        [
            .. Enumerable.Range(0, Math.Max(1, Math.Min(workers, cells.Count))).Select(worker => Task.Factory.StartNew(
                () => Work(worker, waiting, progress, finished, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)),
        ];
        try
        {
            Task.WaitAll(tasks, CancellationToken.None);
        }
        catch (AggregateException e)
        {
            cancellation.ThrowIfCancellationRequested();
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerExceptions.FirstOrDefault(i => i is not OperationCanceledException) ?? e.InnerExceptions[0]);
        }
    }

    public void Dispose() => _firstBatch.Dispose();

    private void Work(int worker, Queue<EvaluationCell> waiting, Action<EvaluationCell> progress, Action<CellResult> finished, CancellationTokenSource stop)
    {
        ITestTimeAdaptation? method = null;
        (string, ulong)? loaded = null;
        try
        {
            if (worker > 0)
            {
                _firstBatch.Wait(stop.Token);
            }

            if (!MayStart())
            {
                return;
            }

            while (Next(waiting) is { } cell)
            {
                if (loaded != (cell.Method, cell.Seed))
                {
                    method?.Dispose();
                    method = null;
                    method = MethodCatalog.Find(cell.Method).Create(new MethodContext(subject.Student, subject.Teacher, shape, cell.Seed, new SessionSettings { Threads = 1 }));
                    loaded = (cell.Method, cell.Seed);
                }

                CellResult result = runner.Run(cell, method!, () => Report(progress, cell), stop.Token);
                lock (_lock)
                {
                    finished(result);
                }
            }
        }
        catch
        {
            stop.Cancel();
            throw;
        }
        finally
        {
            method?.Dispose();
            _firstBatch.Set();
        }
    }

    private void Report(Action<EvaluationCell> progress, EvaluationCell cell)
    {
        lock (_lock)
        {
            progress(cell);
        }

        _firstBatch.Set();
    }

    private EvaluationCell? Next(Queue<EvaluationCell> waiting)
    {
        lock (_lock)
        {
            return waiting.TryDequeue(out EvaluationCell? cell) ? cell : null;
        }
    }

    // The first worker has shown by now what one needs; two of a large teacher's gradient graph may not fit.
    private bool MayStart()
    {
        lock (_lock)
        {
            double needed = _running == 0 ? 0 : (double)Environment.WorkingSet / _running * (_running + 1);
            if (needed > MemoryShare * GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
            {
                return false;
            }

            _running++;
            return true;
        }
    }
}
