using System.Collections.Concurrent;
using System.Diagnostics;

namespace EdgeAdapt.Demo.Processes;

/// <summary>
/// Starts processes on one thread that lives as long as this process. The kernel sends a child's parent-death signal when
/// the <em>thread</em> that forked it ends, so a child started from a pool thread would be killed when the pool shrinks.
/// </summary>
internal static class ProcessSpawner
{
    private static readonly BlockingCollection<Action> Requests = [];
    private static readonly Lazy<Thread> Worker = new(StartWorker);

    /// <summary>Starts a process; what Process.Start throws is thrown here.</summary>
    public static Process Start(ProcessStartInfo info)
    {
        _ = Worker.Value;
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Requests.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(info)!);
            }
            catch (Exception e)
            {
                // Handed to the caller: an exception that ended this thread would end every child with it.
                started.SetException(e);
            }
        });
        return started.Task.GetAwaiter().GetResult();
    }

    private static Thread StartWorker()
    {
        var thread = new Thread(() =>
        {
            foreach (Action request in Requests.GetConsumingEnumerable())
            {
                request();
            }
        })
        { IsBackground = true, Name = "process spawner" };
        thread.Start();
        return thread;
    }
}
