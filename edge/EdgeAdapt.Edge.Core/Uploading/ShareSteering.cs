namespace EdgeAdapt.Edge.Core.Uploading;

/// <summary>
/// Steers the share of frames that the entropy filter keeps so that they cost what the byte budget pays for: share = wanted / (frames a second · bytes a
/// sample), where wanted is the budget's flow, corrected by what waits: flow + (backlog − waiting) / horizon, between half the flow and twice. The
/// correction keeps the uploader supplied although both factors are estimates; its lower bound lets a device that was offline go on collecting, so that what it
/// sends later is not all old. Used by the thread that feeds the filter; sizes may come from one other thread.
/// </summary>
/// <param name="options">The budget, with at least one limit.</param>
/// <param name="waiting">Bytes that wait in the outbox; must return at once.</param>
/// <param name="time">The clock.</param>
internal sealed class ShareSteering(ByteBudgetOptions options, Func<long> waiting, TimeProvider time)
{
    // Until the first second has passed and the first sample is known: enough to find one, too little to flood the outbox.
    private const double FirstShare = 0.01;
    private const double FewestSamples = 4;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RateMemory = TimeSpan.FromSeconds(30);
    private const double SampleMemory = 16;
    private readonly double _flow = options.BytesPerSecond ?? throw new ArgumentException("A byte budget without a limit steers nothing.", nameof(options));
    private long _since = time.GetTimestamp();
    private long _frames;
    private double _rate;
    private double _bytes;

    /// <summary>The share for the next frame, 0 to 1.</summary>
    public double Share { get; private set; } = FirstShare;

    /// <summary>Counts a frame that is about to be judged.</summary>
    public void CountFrame()
    {
        _frames++;
        TimeSpan elapsed = time.GetElapsedTime(_since);
        if (elapsed < Period)
        {
            return;
        }

        double rate = _frames / elapsed.TotalSeconds;
        _rate += _rate == 0 ? rate : (rate - _rate) * (1 - Math.Exp(-elapsed / RateMemory));
        (_since, _frames) = (time.GetTimestamp(), 0);
        if (Volatile.Read(ref _bytes) is > 0 and var bytes)
        {
            double backlog = Math.Max(_flow * options.Backlog.TotalSeconds, FewestSamples * bytes);
            double wanted = Math.Clamp(_flow + ((backlog - waiting()) / options.Horizon.TotalSeconds), _flow / 2, _flow * 2);
            Share = Math.Min(1, wanted / (_rate * bytes));
        }
    }

    /// <summary>Learns the size of samples from one that was selected.</summary>
    /// <param name="bytes">Its bytes, above 0.</param>
    public void CountSample(long bytes) => Volatile.Write(ref _bytes, _bytes + (_bytes == 0 ? bytes : (bytes - _bytes) / SampleMemory));
}
