namespace EdgeAdapt.Edge.Core.Tests;

/// <summary>A clock that moves only when told to. Tests wait until the code under test has set its timer, then move the clock past it.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<(Func<IReadOnlyList<DateTimeOffset>, bool> Condition, TaskCompletionSource Met)> _waiting = [];
    private TimeSpan _jumped;
    private DateTimeOffset _now = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now + _jumped;
        }
    }

    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return _now.Ticks;
        }
    }

    /// <summary>Sets the clock on the wall by so much, as an operator or NTP does; timers and time stamps know nothing of it.</summary>
    public void Jump(TimeSpan by)
    {
        lock (_gate)
        {
            _jumped += by;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Ends when a timer is set that is due within the given time from now.</summary>
    public Task TimerWithinAsync(TimeSpan time)
    {
        lock (_gate)
        {
            DateTimeOffset latest = _now + time;
            bool Condition(IReadOnlyList<DateTimeOffset> due) => due.Any(d => d <= latest);
            var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((Condition, met));
            Check();
            return met.Task.Reasonable();
        }
    }

    public void Advance(TimeSpan time)
    {
        DateTimeOffset end = new DateTimeOffset(GetTimestamp(), TimeSpan.Zero) + time;
        while (true)
        {
            ManualTimer? next;
            lock (_gate)
            {
                next = _timers.Where(t => t.Due <= end).MinBy(t => t.Due);
                _now = next is null ? end : next.Due > _now ? next.Due : _now;
                next?.Advance();
            }

            if (next is null)
            {
                return;
            }

            next.Fire();
        }
    }

    private void Check()
    {
        DateTimeOffset[] due = [.. _timers.Select(t => t.Due)];
        foreach ((_, TaskCompletionSource met) in _waiting.Where(w => w.Condition(due)))
        {
            met.TrySetResult();
        }

        _waiting.RemoveAll(w => w.Met.Task.IsCompleted);
    }

    private sealed class ManualTimer(ManualTime owner, Action fire) : ITimer
    {
        private TimeSpan _period;

        public DateTimeOffset Due { get; private set; }

        public void Fire() => fire();

        public void Advance()
        {
            if (_period > TimeSpan.Zero)
            {
                Due += _period;
            }
            else
            {
                owner._timers.Remove(this);
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner._gate)
            {
                owner._timers.Remove(this);
                _period = period;
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = owner._now + dueTime;
                    owner._timers.Add(this);
                }

                owner.Check();
                return true;
            }
        }

        public void Dispose()
        {
            lock (owner._gate)
            {
                owner._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
