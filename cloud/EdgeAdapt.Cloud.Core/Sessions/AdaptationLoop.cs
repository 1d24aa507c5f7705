using EdgeAdapt.Cloud.Core.Models;
using EdgeAdapt.Onnx.Sessions;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Cloud.Core.Sessions;

/// <summary>
/// The background work of adaptation: one step at a time, sessions in turn. A session whose step fails pauses, twice as long each
/// time, and the others go on.
/// </summary>
public sealed class AdaptationLoop : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    private readonly SessionCatalog _sessions;
    private readonly Action<AdaptationSession> _adapted;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<string, AdaptationEngine> _engines = new(StringComparer.Ordinal);
    private readonly FairTurns<AdaptationSession> _turns = new();
    private readonly FairTurns<AdaptationSession> _audits = new();
    private readonly HashSet<AdaptationSession> _known = [];
    private readonly Dictionary<AdaptationSession, (TimeSpan Pause, long Since)> _paused = [];
    private readonly SemaphoreSlim _signal = new(0);

    /// <summary>Builds the gradient graphs of all models.</summary>
    /// <param name="sessions">The sessions to adapt, now and later.</param>
    /// <param name="training">How training steps run.</param>
    /// <param name="adapted">Called with a session that has a new version, on the thread of <see cref="RunAsync"/>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Receives what happens.</param>
    /// <exception cref="Onnx.OnnxModelException">A model has operators without a gradient.</exception>
    public AdaptationLoop(
        SessionCatalog sessions, SessionSettings training, Action<AdaptationSession> adapted, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        _sessions = sessions;
        _adapted = adapted;
        _time = time;
        _logger = logger;
        foreach (ServedModel model in sessions.Models.Values)
        {
            _engines.Add(model.Name, new AdaptationEngine(model, training));
        }
    }

    /// <summary>Says that samples have come in. Cheap; any thread.</summary>
    public void Wake() => _signal.Release();

    /// <summary>Takes steps until cancelled. A step under way is given up without a trace.</summary>
    /// <returns>A task that ends, without an exception, after the cancellation.</returns>
    public Task RunAsync(CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            try
            {
                while (true)
                {
                    if (!RunTurn(cancellationToken))
                    {
                        await WaitAsync(cancellationToken).ConfigureAwait(false);
                    }
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // The service stops: the samples of the step that was given up wait on the disk for the next start.
            }
        },
        CancellationToken.None);

    /// <summary>Gives the next session with samples to learn from its turn, and the next with audit samples too.</summary>
    /// <returns>Whether one had work.</returns>
    /// <exception cref="OperationCanceledException">The step was given up.</exception>
    public bool RunTurn(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (AdaptationSession added in _sessions.All.Where(_known.Add))
        {
            _turns.Add(added);
            _audits.Add(added);
        }

        bool audited = JudgeAudits();
        if (_turns.Next(s => s.HasBatch && RestOfPause(s) <= TimeSpan.Zero) is not { } session)
        {
            return audited;
        }

        try
        {
            if (session.Step(_engines[session.Key.Model], cancellationToken) == StepOutcome.Adapted)
            {
                _adapted(session);
            }

            _paused.Remove(session);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A full disk, or a bug: other sessions must not suffer, and this one must not spin.
            TimeSpan pause = _paused.TryGetValue(session, out var last) ? last.Pause * 2 : FirstPause;
            pause = pause < LongestPause ? pause : LongestPause;
            _paused[session] = (pause, _time.GetTimestamp());
            session.CountFailure();
            _logger.StepFailed(e, session.Key, pause);
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (AdaptationEngine engine in _engines.Values)
        {
            engine.Dispose();
        }

        _signal.Dispose();
    }

    private TimeSpan RestOfPause(AdaptationSession session) =>
        _paused.TryGetValue(session, out var pause) ? pause.Pause - _time.GetElapsedTime(pause.Since) : TimeSpan.Zero;

    private bool JudgeAudits()
    {
        if (_audits.Next(s => s.HasAudits) is not { } session)
        {
            return false;
        }

        try
        {
            session.JudgeAudits(_engines[session.Key.Model]);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Those samples are counted as skipped; the sessions go on adapting.
            _logger.AuditFailed(e, session.Key);
        }

        return true;
    }

    /// <summary>Waits for samples, or for the end of the next pause of a session that has some.</summary>
    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task signal = _signal.WaitAsync(stop.Token);

        // The length of an earlier pause is kept until a step succeeds; a session without samples has nothing to wait for but these.
        TimeSpan? remaining = _paused.Keys.Where(s => s.HasBatch).Select(s => (TimeSpan?)RestOfPause(s)).Min();
        if (remaining is null)
        {
            await signal.ConfigureAwait(false);
            return;
        }

        Task pause = Task.Delay(remaining > TimeSpan.Zero ? remaining.Value : TimeSpan.FromMilliseconds(1), _time, stop.Token);
        await Task.WhenAny(signal, pause).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
