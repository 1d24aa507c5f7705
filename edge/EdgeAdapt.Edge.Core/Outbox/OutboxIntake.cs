using System.Threading.Channels;
using EdgeAdapt.Contracts;

namespace EdgeAdapt.Edge.Core.Outbox;

/// <summary>
/// Takes samples from the thread that answers and writes them to the outbox on another one, in order. The disk may take seconds for one fsync, and
/// an answer must not: where the queue is full, by number or by <see cref="MaximumBytes"/>, <see cref="TryOffer"/> drops the sample and counts it. A sample in the
/// queue is lost when the process is killed; accepted is what <see cref="OutboxCounters.Stored"/> counts.
/// </summary>
/// <param name="outbox">Where they go.</param>
/// <param name="queuedWrites">Samples that may wait, at least 1.</param>
/// <param name="stored">Called after each sample that went in, on the writing thread.</param>
internal sealed class OutboxIntake(SampleOutbox outbox, int queuedWrites, Action stored)
{
    /// <summary>Bytes of pictures that may wait: 64 MiB. A larger one waits alone.</summary>
    public const long MaximumBytes = 64L << 20;

    private readonly Channel<Item> _queue = Channel.CreateBounded<Item>(new BoundedChannelOptions(queuedWrites) { SingleReader = true });
    private long _held;

    /// <summary>Hands a sample over and returns at once; false where the queue is full or completed: it is dropped and counted.</summary>
    /// <param name="sample">Makes the sample.</param>
    /// <param name="merit">What its place is decided by.</param>
    /// <param name="bytes">What it holds in memory until it is written.</param>
    public bool TryOffer(Func<SampleUpload> sample, SampleMerit merit, long bytes)
    {
        long held = Interlocked.Add(ref _held, bytes);
        if ((held <= MaximumBytes || held == bytes) && _queue.Writer.TryWrite(new Item(sample, merit, bytes, null)))
        {
            return true;
        }

        Interlocked.Add(ref _held, -bytes);
        outbox.CountBusy();
        return false;
    }

    /// <summary>Hands a sample over, waiting for room, and waits until it is decided on: for recordings, whose runs repeat exactly.</summary>
    /// <exception cref="ChannelClosedException">The intake was completed.</exception>
    public async Task<AddOutcome> AddAsync(Func<SampleUpload> sample, SampleMerit merit, CancellationToken cancellationToken)
    {
        var outcome = new TaskCompletionSource<AddOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _queue.Writer.WriteAsync(new Item(sample, merit, 0, outcome), cancellationToken).ConfigureAwait(false);
        return await outcome.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>No more samples come; <see cref="RunAsync"/> ends when those in the queue are written.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    /// <summary>Writes until <see cref="Complete"/> was called and the queue is empty.</summary>
    public async Task RunAsync()
    {
        try
        {
            await foreach (Item item in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                AddOutcome outcome = Write(item);
                Interlocked.Add(ref _held, -item.Bytes);
                item.Outcome?.SetResult(outcome);
            }
        }
        finally
        {
            // As above, for those behind it.
            _queue.Writer.TryComplete();
            while (_queue.Reader.TryRead(out Item? left))
            {
                left.Outcome?.TrySetCanceled();
            }
        }
    }

    private AddOutcome Write(Item item)
    {
        try
        {
            if (Pack(item) is not { } sample)
            {
                return AddOutcome.NotEncoded;
            }

            AddOutcome outcome = outbox.Add(sample, item.Merit);
            if (outcome == AddOutcome.Stored)
            {
                stored();
            }

            return outcome;
        }
        catch
        {
            // Only a defect: whoever waits for this one must not wait for ever.
            item.Outcome?.TrySetCanceled();
            throw;
        }
    }

    private SampleUpload? Pack(Item item)
    {
        try
        {
            return item.Sample();
        }
        catch (Exception e)
        {
            // Pictures come from outside, and what the encoders say of one that they do not take, or that memory is too short for, is no reason to end the agent.
            outbox.CountNotEncoded(e.Message);
            return null;
        }
    }

    private sealed record Item(Func<SampleUpload> Sample, SampleMerit Merit, long Bytes, TaskCompletionSource<AddOutcome>? Outcome);
}
