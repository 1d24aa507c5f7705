using System.Text.Json;
using EdgeAdapt.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core.Uploading;

/// <summary>Keeps the buckets of a byte budget over restarts: when it was written, and for each period the tokens and the largest sample.</summary>
internal sealed class ByteBudgetFile(string path, IDurableDisk disk, ILogger logger)
{
    private bool _failed;

    /// <summary>The content of a file: the buckets less some tokens that may be spent before the next time.</summary>
    public static byte[] ToBytes(IReadOnlyList<ByteBucket> buckets, double leased, DateTimeOffset now) =>
        JsonSerializer.SerializeToUtf8Bytes(new Saved(now, [.. buckets.Select(b => new SavedBucket(b.Period.TotalSeconds, b.Tokens - leased, b.Largest))]));

    /// <summary>Saves a content; a disk that does not take it is logged once.</summary>
    public void Write(byte[] content)
    {
        try
        {
            disk.Write(path, [content]);
            _failed = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_failed)
            {
                Log.BudgetNotSaved(logger, e.Message);
            }

            _failed = true;
        }
    }

    /// <summary>Continues buckets from the file. A missing one leaves them as they are; from one that cannot be used they start empty, or damage would pay for a burst.</summary>
    public void Restore(IReadOnlyList<ByteBucket> buckets, DateTimeOffset now)
    {
        if (!File.Exists(path))
        {
            return;
        }

        Saved? saved = Read();
        foreach (ByteBucket bucket in buckets)
        {
            if (saved is null)
            {
                bucket.Tokens = 0;
            }
            else if (saved.Buckets.FirstOrDefault(b => b.Seconds == bucket.Period.TotalSeconds) is { } from)
            {
                bucket.MakeRoom(from.Largest);
                bucket.Tokens = from.Tokens;
                bucket.Refill(now - saved.Time);
                bucket.HoldBack();
            }
        }
    }

    private Saved? Read()
    {
        try
        {
            Saved? saved = JsonSerializer.Deserialize<Saved>(File.ReadAllBytes(path));
            if (saved?.Buckets is not null && saved.Buckets.All(b => b is not null && double.IsFinite(b.Tokens)))
            {
                return saved;
            }

            Log.BudgetRefused(logger, path, "it has no buckets.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            Log.BudgetRefused(logger, path, e.Message);
        }

        return null;
    }

    private sealed record Saved(DateTimeOffset Time, IReadOnlyList<SavedBucket> Buckets);

    private sealed record SavedBucket(double Seconds, double Tokens, long Largest);
}
