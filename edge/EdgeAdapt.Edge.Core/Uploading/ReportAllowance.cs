namespace EdgeAdapt.Edge.Core.Uploading;

/// <summary>
/// What one kind of report (status, statistics, telemetry, answers) may take of a byte budget: tokens of its own, which come at its share of the budget's flow. Samples leave as many
/// bytes in the budget, so that a report that has its tokens need not wait for them, and never takes more than the budget holds. Guarded by the budget.
/// </summary>
/// <param name="budget">The budget that pays.</param>
/// <param name="part">Its part of <see cref="ByteBudgetOptions.ReportShare"/>, 0 to 1.</param>
internal sealed class ReportAllowance(ByteBudget budget, double part)
{
    private double _tokens;
    private double _burst;
    private double _flow;
    private long _largest;

    /// <summary>Tokens that it holds at most: its burst, and never less than its largest report, bytes.</summary>
    public double Room => Math.Max(_burst, _largest);

    /// <summary>Bytes that samples must leave for it.</summary>
    public double Reserved => Math.Max(0, _tokens);

    /// <summary>How long until a report of this size may be sent; zero for now, and always where there is no limit.</summary>
    /// <returns>Null for one that could never be sent.</returns>
    public TimeSpan? WaitFor(long bytes) => budget.IsSendable(bytes) ? budget.WaitForReport(this, bytes) : null;

    /// <summary>Pays for a report that is sent now.</summary>
    public void Spend(long bytes) => budget.SpendReport(this, bytes);

    /// <summary>Takes back what was paid for a report of which nothing went out.</summary>
    public void Refund(long bytes) => budget.SpendReport(this, -bytes);

    /// <summary>Takes its terms from options; where there was no limit before, it starts with its burst.</summary>
    internal void Follow(ByteBudgetOptions options)
    {
        bool isNew = _flow == 0;
        double share = part * options.ReportShare;
        _flow = share * (options.BytesPerSecond ?? 0);
        _burst = share * options.BurstShare * (options.Limits.Count == 0 ? 0 : options.Limits.Min(l => l.Bytes));
        _tokens = isNew ? _burst : Math.Min(_tokens, Room);
    }

    /// <summary>Adds the tokens of a time; none for a negative one.</summary>
    internal void Refill(TimeSpan elapsed) => _tokens = Math.Min(Room, _tokens + (_flow * Math.Max(0, elapsed.TotalSeconds)));

    /// <summary>Takes tokens, or gives them back.</summary>
    internal void Take(long bytes) => _tokens -= _flow > 0 ? bytes : 0;

    /// <summary>How long until it has tokens for a report of this size by itself.</summary>
    internal TimeSpan WaitForTokens(long bytes)
    {
        _largest = Math.Max(_largest, bytes);
        return _tokens >= bytes ? TimeSpan.Zero : TimeSpan.FromSeconds((bytes - _tokens) / _flow);
    }
}
