using System.Collections.Concurrent;
using EdgeAdapt.Demo.Reports;
using EdgeAdapt.Demo.Results;
using EdgeAdapt.Demo.Statistics;
using EdgeAdapt.Demo.Streams;
using EdgeAdapt.Demo.Views;

namespace EdgeAdapt.Demo;

/// <summary>One run: streams, processes and reports, from start to result. Used once.</summary>
internal sealed class DemoRun(DemoPlan plan, WorkFolder folder, TimeProvider time)
{
    private static readonly string[] Devices = ["cam-1", "cam-2"];
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StartUp = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan WindDown = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan LastReports = TimeSpan.FromSeconds(2);
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _faults = new();
    private readonly HashSet<string> _unreadable = [];
    private readonly List<ReportFileTail> _tails = [];
    private volatile string _stage = "drawing the streams, starting the broker and the cloud service";
    private volatile RunRecord? _run;
    private long _start;

    /// <summary>Runs everything to its end. Reports are read and states shown on one flow of control, so that records need no lock.</summary>
    /// <param name="show">Shows a state.</param>
    /// <param name="cancellation">Ends the run; every process is stopped before this returns.</param>
    /// <exception cref="DemoException">A part does not start.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public async Task<(RunRecord Run, DemoResult Result)> RunAsync(Action<DemoState> show, CancellationToken cancellation)
    {
        DateTimeOffset started = time.GetUtcNow();
        _start = time.GetTimestamp();
        var processes = new DemoProcesses(plan, folder, time);
        await using (processes.ConfigureAwait(false))
        {
            Task work = WorkAsync(processes, cancellation);
            while (!work.IsCompleted)
            {
                ReadReports();
                show(State(processes));
                await Task.WhenAny(work, Task.Delay(Tick, time, CancellationToken.None)).ConfigureAwait(false);
            }

            await work.ConfigureAwait(false);
            ReadReports();
            show(State(processes));
        }

        _tails.ForEach(t => t.Dispose());
        return (_run!, DemoResult.Of(_run!, plan.Settings, started, time.GetElapsedTime(_start), [.. _faults]));
    }

    private async Task WorkAsync(DemoProcesses processes, CancellationToken cancellation)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            Task<DriftStream[]> drawing = Task.Run(DrawStreams, cancellation);
            await Task.WhenAll(drawing, processes.StartServicesAsync(cancellation)).ConfigureAwait(false);
            DriftStream[] streams = await drawing.ConfigureAwait(false);
            AgentRecord[] records = [.. streams.Select(s => new AgentRecord(s.Device, s.Labels))];
            _tails.AddRange(streams.Select(s => new ReportFileTail(processes.ReportOf(s.Device))));
            _run = new RunRecord(plan.Phases, records);
            _stage = "starting the agents";
            Task scoring = SourceScorer.RunAsync(plan.Model, plan.Manifest, streams, records, all.Token);
            foreach (DriftStream stream in streams)
            {
                processes.StartAgent(stream);
                await Task.Delay(Lag, time, cancellation).ConfigureAwait(false);
            }

            _stage = "streaming";
            await AwaitEndAsync(processes, cancellation).ConfigureAwait(false);
            _stage = "stopping";
            AddFaults(_faults.IsEmpty ? await processes.StopAsync().ConfigureAwait(false) : []);
            await scoring.WaitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            await all.CancelAsync().ConfigureAwait(false);
        }
    }

    private DriftStream[] DrawStreams() =>
        [.. Devices.Select((device, i) => DriftStream.Write(plan.Source, device, folder.File($"{device}.npy"), plan.FramesPerPhase, (plan.Options.Seed * Devices.Length) + i))];

    // Ends when all agents said that they are done, when one process ended though it is still needed, or when time is up.
    private async Task AwaitEndAsync(DemoProcesses processes, CancellationToken cancellation)
    {
        TimeSpan patience = (plan.StreamDuration * 1.5) + TimeSpan.FromSeconds(90);
        try
        {
            Task first = await Task.WhenAny(_finished.Task, processes.AnyExit()).WaitAsync(patience, time, cancellation).ConfigureAwait(false);
            if (first == _finished.Task)
            {
                return;
            }

            // An agent that is done writes its last line and ends; the line may not have been read yet, and the other agent may still be at work.
            await AwaitOthersAsync(processes, patience, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _faults.Enqueue($"The agents were not done {patience.TotalSeconds:0} s after their start.");
        }
    }

    private async Task AwaitOthersAsync(DemoProcesses processes, TimeSpan patience, CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        while (!_finished.Task.IsCompleted)
        {
            await Task.Delay(LastReports, time, cancellation).ConfigureAwait(false);
            IReadOnlyList<string> lost = processes.EarlyExits(_run!.Agents.Where(a => a.IsFinished).Select(a => a.Device));
            if (lost.Count > 0 && !_finished.Task.IsCompleted)
            {
                AddFaults(lost);
                return;
            }

            if (time.GetElapsedTime(start) > patience)
            {
                throw new TimeoutException();
            }
        }
    }

    private void ReadReports()
    {
        if (_run is not { } run)
        {
            return;
        }

        for (int i = 0; i < _tails.Count; i++)
        {
            foreach (string line in _tails[i].ReadNew())
            {
                Apply(run.Agents[i], line);
            }
        }

        if (run.IsFinished)
        {
            _finished.TrySetResult();
        }
    }

    private void Apply(AgentRecord agent, string line)
    {
        try
        {
            if (AgentReportParser.Parse(line) is { } report)
            {
                agent.Apply(report);
            }
        }
        catch (FormatException e)
        {
            // One is enough: agents and demo of different versions would disagree on every line.
            if (_unreadable.Add(agent.Device))
            {
                _faults.Enqueue($"The report of {agent.Device} cannot be read: {e.Message}");
            }
        }
    }

    private void AddFaults(IEnumerable<string> faults)
    {
        foreach (string fault in faults)
        {
            _faults.Enqueue(fault);
        }
    }

    private DemoState State(DemoProcesses processes)
    {
        TimeSpan elapsed = time.GetElapsedTime(_start);
        if (_run is not { } run)
        {
            TimeSpan left = StartUp - elapsed;
            return new DemoState(_stage, elapsed, (left > TimeSpan.Zero ? left : TimeSpan.Zero) + plan.StreamDuration + WindDown, processes.BrokerState, null);
        }

        int frames = run.Frames - run.Agents.Min(a => a.Position);
        string stage = _stage == "streaming" && frames == 0 ? "waiting for the last uploads" : _stage;
        TimeSpan remaining = run.IsFinished ? WindDown / 3 : TimeSpan.FromSeconds(frames / plan.Rate) + WindDown;
        return new DemoState(stage, elapsed, remaining, processes.BrokerState, run);
    }
}
