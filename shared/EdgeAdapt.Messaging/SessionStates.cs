using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Messaging;

/// <summary>A session's state, its listeners, and those who wait for a state. Changed by one thread at a time, read by any.</summary>
internal sealed class SessionStates(ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly List<(MqttSessionState State, TaskCompletionSource Reached)> _waiting = [];
    private MqttSessionState _current = MqttSessionState.Disconnected;

    /// <summary>Called after each change with the new state.</summary>
    public event Action<MqttSessionState>? Changed;

    /// <summary>The state now.</summary>
    public MqttSessionState Current
    {
        get
        {
            lock (_lock)
            {
                return _current;
            }
        }
    }

    /// <summary>Changes the state, once; <see cref="MqttSessionState.Stopped"/> is never left.</summary>
    public void Set(MqttSessionState state)
    {
        lock (_lock)
        {
            if (_current == state || _current == MqttSessionState.Stopped)
            {
                return;
            }

            _current = state;
            foreach ((_, TaskCompletionSource reached) in _waiting.Where(w => w.State == state))
            {
                reached.SetResult();
            }

            if (state == MqttSessionState.Stopped)
            {
                foreach ((MqttSessionState wanted, TaskCompletionSource reached) in _waiting.Where(w => w.State != state))
                {
                    reached.SetException(Never(wanted));
                }
            }

            _waiting.RemoveAll(w => w.Reached.Task.IsCompleted);
        }

        try
        {
            Changed?.Invoke(state);
        }
        catch (Exception e)
        {
            // Listeners are the host's; a fault in one must not end the connection of all.
            SessionLog.ListenerFailed(logger, e, state);
        }
    }

    /// <summary>
    /// Ends when the state is reached, at once where it is the present one. A state passed through briefly counts. An
    /// <see cref="InvalidOperationException"/> where the session stops before.
    /// </summary>
    public Task WaitAsync(MqttSessionState state, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_current == state)
            {
                return Task.CompletedTask;
            }

            if (_current == MqttSessionState.Stopped)
            {
                return Task.FromException(Never(state));
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((state, reached));
            return reached.Task.WaitAsync(cancellationToken);
        }
    }

    private static InvalidOperationException Never(MqttSessionState state) => new($"The session has stopped and will never be {state}.");
}
