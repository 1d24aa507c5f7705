using System.Threading.Channels;
using EdgeAdapt.Contracts;

namespace EdgeAdapt.Edge.Core.Outbox;

/// <summary>
/// Takes samples from the thread that answers and writes them to the outbox on another one, in order. The disk may take seconds for one fsync, and
/// an answer must not: where the queue is full, <see cref="TryOffer"/> drops the sample and counts it. A sample in the queue is lost when the
/// process is killed; accepted is what <see cref="OutboxCounters.Stored"/> counts.
/// </summary>
/// <param name="outbox">Where they go.</param>
/// <param name="queuedWrites">Samples that may wait, at least 1.</param>
/// <param name="stored">Called after each sample that went in, on the writing thread.</param>
internal sealed class OutboxIntake(SampleOutbox outbox, int queuedWrites, Action stored)
{
    private readonly Channel<Item> _queue = Channel.CreateBounded<Item>(new BoundedChannelOptions(queuedWrites) { SingleReader = true });

    /// <summary>Hands a sample over and returns at once; false where the queue is full or completed: it is dropped and counted.</summary>
    public bool TryOffer(Func<SampleUpload> sample, SampleMerit merit)
    {
        if (_queue.Writer.TryWrite(new Item(sample, merit, null)))
        {
            return true;
        }

        outbox.CountBusy();
        return false;
    }

    /// <summary>Hands a sample over, waiting for room, and waits until it is decided on: for recordings, whose runs repeat exactly.</summary>
    /// <exception cref="ChannelClosedException">The intake was completed.</exception>
    public async Task<AddOutcome> AddAsync(Func<SampleUpload> sample, SampleMerit merit, CancellationToken cancellationToken)
    {
        var outcome = new TaskCompletionSource<AddOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _queue.Writer.WriteAsync(new Item(sample, merit, outcome), cancellationToken).ConfigureAwait(false);
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
            AddOutcome outcome = outbox.Add(item.Sample(), item.Merit);
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

    private sealed record Item(Func<SampleUpload> Sample, SampleMerit Merit, TaskCompletionSource<AddOutcome>? Outcome);
}
