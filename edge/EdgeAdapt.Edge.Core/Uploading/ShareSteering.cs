namespace EdgeAdapt.Edge.Core.Uploading;

/// <summary>
/// Steers the share of frames that the entropy filter keeps so that they cost what the byte budget pays for: share = wanted / (frames a second · bytes a
/// sample), where wanted is the budget's flow, corrected by what waits: flow + (backlog − waiting) / horizon, between half the flow and twice. The
/// correction keeps the uploader supplied although both factors are estimates; its lower bound lets a device that was offline go on collecting, so that what it
/// sends later is not all old. What a change of the stream gives free is collected on top of that, in the time of a backlog. Used by the thread that feeds the filter; sizes may come from one other thread.
/// </summary>
/// <param name="options">The budget; without a limit nothing is steered.</param>
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
    private ByteBudgetOptions _options = options;
    private double? _flow = options.BytesPerSecond;
    private double _share = FirstShare;
    private long _since = time.GetTimestamp();
    private long _frames;
    private double _rate;
    private double _bytes;
    private double _extraFlow;
    private long _extra;

    /// <summary>The share for the next frame, 0 to 1; null without a limit.</summary>
    public double? Share => _flow is null ? null : _share;

    /// <summary>Steers by another budget from the next frame on.</summary>
    public void Change(ByteBudgetOptions options) => (_options, _flow) = (options, options.BytesPerSecond);

    /// <summary>Has more samples selected until they make up some bytes.</summary>
    /// <param name="released">Bytes that the budget has given free; what an earlier change gave and was not collected yet is added.</param>
    public void Collect(long released)
    {
        long extra = Interlocked.Add(ref _extra, released);
        _extraFlow = extra / _options.Backlog.TotalSeconds;
    }

    /// <summary>Counts a frame that is about to be judged.</summary>
    public void CountFrame()
    {
        if (_flow is not { } flow)
        {
            return;
        }

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
            double backlog = Math.Max(flow * _options.Backlog.TotalSeconds, FewestSamples * bytes);
            double wanted = Math.Clamp(flow + ((backlog - waiting()) / _options.Horizon.TotalSeconds), flow / 2, flow * 2);
            wanted += Interlocked.Read(ref _extra) > 0 ? _extraFlow : 0;
            _share = Math.Min(1, wanted / (_rate * bytes));
        }
    }

    /// <summary>Learns the size of samples from one that was selected.</summary>
    /// <param name="bytes">Its bytes, above 0.</param>
    public void CountSample(long bytes)
    {
        Volatile.Write(ref _bytes, _bytes + (_bytes == 0 ? bytes : (bytes - _bytes) / SampleMemory));
        if (Interlocked.Read(ref _extra) > 0)
        {
            Interlocked.Add(ref _extra, -bytes);
        }
    }
}
