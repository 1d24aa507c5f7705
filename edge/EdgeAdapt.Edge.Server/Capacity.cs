namespace EdgeAdapt.Edge.Server;

/// <summary>A bounded amount of something that requests hold for a while. Thread safe.</summary>
internal sealed class Capacity(long limit)
{
    private long _taken;

    /// <summary>What may be held altogether.</summary>
    public long Limit { get; } = limit;

    /// <summary>What is held now.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Takes an amount, or nothing where it does not fit now.</summary>
    public bool TryTake(long amount)
    {
        if (Interlocked.Add(ref _taken, amount) <= Limit)
        {
            return true;
        }

        Interlocked.Add(ref _taken, -amount);
        return false;
    }

    /// <summary>Gives an amount back.</summary>
    public void Return(long amount) => Interlocked.Add(ref _taken, -amount);
}
