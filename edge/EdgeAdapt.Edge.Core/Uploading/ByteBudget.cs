using EdgeAdapt.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core.Uploading;

/// <summary>
/// Pays for samples and reports on the uplink; see <see cref="ByteBudgetOptions"/>. While the process runs, tokens come by the monotonic clock: setting the clock on
/// the wall changes nothing. Over a restart they come by the clock on the wall, where it did not run backwards, and never more than a bucket
/// holds: a clock that is wrong by a century gains one burst. What is kept on disk is the worse of what a crash might leave: tokens are
/// taken from the file before they are spent, a few samples' worth at a time. A disk that does not take the file stops nothing, since uploads are what frees it: until it
/// does, a crash may pay for up to a burst once more. Thread safe; who spends waits for the disk, and nobody else does.
/// </summary>
internal sealed class ByteBudget
{
    // Of the smallest bucket: some sixteen writes of the file for each bucket that is emptied, and a sixteenth lost at a crash.
    private const double LeaseShare = 1.0 / 16;
    private readonly Lock _gate = new();

    // Taken before the other, and held while the disk writes: an answer that gives the reserve free takes the other alone.
    private readonly Lock _saving = new();
    private ByteBucket[] _buckets;
    private SlidingSum[] _sums = [];
    private ByteBudgetOptions _options;
    private readonly ByteBudgetFile? _file;
    private readonly TimeProvider _time;
    private long _refilled;
    private readonly List<ReportAllowance> _allowances = [];
    private double _leased;
    private long _paid;
    private long _paidForReports;
    private long _spent;
    private long _reported;

    /// <summary>Creates the budget and continues from its file.</summary>
    /// <param name="options">The limits; without any, everything is paid for at once.</param>
    /// <param name="path">The file that keeps the buckets over restarts; null keeps them in memory only.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of a file that cannot be used.</param>
    /// <param name="disk">Where the file lies; null for the machine's own disk.</param>
    public ByteBudget(ByteBudgetOptions options, string? path, TimeProvider time, ILogger logger, IDurableDisk? disk = null)
    {
        _options = options;
        _time = time;
        _buckets = Buckets(options);
        _sums = Sums(options);
        _refilled = time.GetTimestamp();
        _file = path is null ? null : new ByteBudgetFile(path, disk ?? new DurableDisk(), logger);
        _file?.Restore(_buckets, time.GetUtcNow());
    }

    /// <summary>Bytes spent on samples since the start. Never falls, as a counter must not: what comes back is left out when it is paid for the next time.</summary>
    public long Spent => Interlocked.Read(ref _spent);

    /// <summary>Bytes spent on reports since the start; never falls either.</summary>
    public long Reported => Interlocked.Read(ref _reported);

    /// <summary>How each limit stands, shortest period first.</summary>
    public IReadOnlyList<BudgetWindow> Windows
    {
        get
        {
            lock (_gate)
            {
                Refill();
                return [.. _options.Limits.Select((l, i) => new BudgetWindow(l.Period, l.Bytes, _sums[i].Read(), (long)Math.Max(0, _buckets[i].Tokens)))];
            }
        }
    }

    /// <summary>Whether a sample of this size can ever be sent.</summary>
    public bool IsSendable(long bytes) => bytes <= Volatile.Read(ref _options).LargestSample;

    /// <summary>How long until a sample of this size may be sent; zero for now. What reports may take at once is left for them, and the reserve for a change of the stream.</summary>
    public TimeSpan WaitFor(long bytes)
    {
        lock (_gate)
        {
            Refill();
            MakeRoom(bytes + (long)Math.Ceiling(_allowances.Sum(a => a.Room)));
            long needed = bytes + (long)Math.Ceiling(_allowances.Sum(a => a.Reserved));
            return Longest(b => b.WaitBesideReserve(needed));
        }
    }

    /// <summary>
    /// Gives half of each limit's reserve free: the stream has changed, and what it teaches is worth most now.
    /// </summary>
    /// <returns>Bytes that the limit with the smallest flow gave free; 0 without a limit.</returns>
    public long Release()
    {
        lock (_gate)
        {
            Refill();
            return (long)_buckets.Select(b => (b.Flow, Released: b.Release())).OrderBy(b => b.Flow).FirstOrDefault().Released;
        }
    }

    /// <summary>An allowance for one kind of report.</summary>
    /// <param name="part">Its part of <see cref="ByteBudgetOptions.ReportShare"/>; those of all kinds are at most 1 together.</param>
    public ReportAllowance Allow(double part)
    {
        lock (_gate)
        {
            var allowance = new ReportAllowance(this, part);
            allowance.Follow(_options);
            _allowances.Add(allowance);
            return allowance;
        }
    }

    /// <summary>How long until a report may be sent: until its allowance and every limit pay for it.</summary>
    internal TimeSpan WaitForReport(ReportAllowance allowance, long bytes)
    {
        lock (_gate)
        {
            if (_buckets.Length == 0)
            {
                return TimeSpan.Zero;
            }

            Refill();
            MakeRoom(bytes);
            TimeSpan own = allowance.WaitForTokens(bytes), all = Longest(b => b.WaitFor(bytes));
            return own > all ? own : all;
        }
    }

    /// <summary>Pays for a report that is sent now; a negative number takes it back.</summary>
    internal void SpendReport(ReportAllowance allowance, long bytes)
    {
        lock (_saving)
        {
            if (bytes > 0)
            {
                // What comes back is not leased again: the file may only ever know of too few tokens.
                Lease(bytes);
            }

            lock (_gate)
            {
                Refill();
                allowance.Take(bytes);
                Change(-bytes);
                _paidForReports += bytes;
                Interlocked.Exchange(ref _reported, Math.Max(_reported, _paidForReports));
            }
        }
    }

    /// <summary>Pays for a sample that is sent now, whether or not the tokens are there.</summary>
    public void Spend(long bytes)
    {
        lock (_saving)
        {
            Lease(bytes);
            lock (_gate)
            {
                Refill();
                Change(-bytes);
                _paid += bytes;
                Interlocked.Exchange(ref _spent, Math.Max(_spent, _paid));
            }
        }
    }

    /// <summary>Takes back what was paid for a sample of which nothing went out.</summary>
    public void Refund(long bytes)
    {
        lock (_gate)
        {
            Change(bytes);
            _paid -= bytes;
        }
    }

    /// <summary>Saves the exact state: at the end, and behind <see cref="Change(ByteBudgetOptions)"/>.</summary>
    public void Save()
    {
        lock (_saving)
        {
            byte[]? content;
            lock (_gate)
            {
                Refill();
                _leased = 0;
                content = Content();
            }

            Write(content);
        }
    }

    /// <summary>
    /// Pays by other limits from now on. A limit that was there keeps the tokens that its bucket has room for: changing settings to and fro must
    /// not pay for a burst each time. A new one starts with its burst. Does not wait for the disk: <see cref="Save"/> follows where nobody's answer waits.
    /// </summary>
    public void Change(ByteBudgetOptions options)
    {
        lock (_gate)
        {
            Refill();
            ByteBucket[] buckets = Buckets(options);
            foreach (ByteBucket bucket in buckets)
            {
                if (_buckets.FirstOrDefault(b => b.Period == bucket.Period) is { } before)
                {
                    bucket.MakeRoom(before.Largest);
                    bucket.Tokens = before.Tokens;
                    bucket.HoldBack();
                }
            }

            (_buckets, _sums, _options, _leased) = (buckets, Sums(options), options, 0);
            _allowances.ForEach(a => a.Follow(options));
        }
    }

    private static ByteBucket[] Buckets(ByteBudgetOptions options) => [.. options.Limits.Select(l => new ByteBucket(l.Period, l.Bytes, options.BurstShare))];

    private SlidingSum[] Sums(ByteBudgetOptions options) => [.. options.Limits.Select(l => _sums.FirstOrDefault(s => s.Period == l.Period) ?? new SlidingSum(l.Period, _time))];

    /// <summary>What the file is to hold; null for none.</summary>
    private byte[]? Content() => _buckets.Length > 0 && _file is not null ? ByteBudgetFile.ToBytes(_buckets, _leased, _time.GetUtcNow()) : null;

    private void Write(byte[]? content)
    {
        if (content is not null)
        {
            _file!.Write(content);
        }
    }

    private void Change(long bytes)
    {
        foreach (ByteBucket bucket in _buckets)
        {
            bucket.Tokens += bytes;
        }

        foreach (SlidingSum sum in _sums)
        {
            sum.Add(-bytes);
        }
    }

    private void Lease(long bytes)
    {
        byte[]? content = null;
        lock (_gate)
        {
            Refill();
            if (_leased < bytes && _buckets.Length > 0)
            {
                _leased = Math.Max(bytes, LeaseShare * _buckets.Min(b => b.Room));
                content = Content();
            }

            _leased -= bytes;
        }

        Write(content);
    }

    private void MakeRoom(long bytes)
    {
        foreach (ByteBucket bucket in _buckets)
        {
            bucket.MakeRoom(bytes);
        }
    }

    private TimeSpan Longest(Func<ByteBucket, TimeSpan> wait) => _buckets.Select(wait).Append(TimeSpan.Zero).Max();

    private void Refill()
    {
        long now = _time.GetTimestamp();
        TimeSpan elapsed = _time.GetElapsedTime(_refilled, now);
        _refilled = now;
        foreach (ByteBucket bucket in _buckets)
        {
            bucket.Refill(elapsed);
        }

        foreach (ReportAllowance allowance in _allowances)
        {
            allowance.Refill(elapsed);
        }
    }
}
