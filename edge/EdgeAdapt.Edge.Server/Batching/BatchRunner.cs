using System.Threading.Channels;
using EdgeAdapt.Edge.Core.Inference;
using EdgeAdapt.Edge.Core.Serving;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Edge.Server.Batching;

/// <summary>
/// Puts the images of several requests together to one run of the model and hands each request its rows. One worker; a request is never split over
/// two states of the model. What waits is bounded by whoever calls, who admits images before they are decoded.
/// </summary>
internal sealed class BatchRunner : IAsyncDisposable
{
    private readonly DeviceModel _model;
    private readonly int _maximumBatch;
    private readonly TimeSpan _wait;
    private readonly TimeProvider _time;
    private readonly Channel<BatchItem> _queue = Channel.CreateUnbounded<BatchItem>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _work;

    public BatchRunner(DeviceModel model, ServerOptions options, TimeProvider time)
    {
        _model = model;

        // A model with a batch dimension of 1 in its file cannot take two.
        _maximumBatch = model.Signature.FixedBatch == 1 ? 1 : options.MaximumBatch;
        _wait = options.BatchWait;
        _time = time;
        _work = Task.Run(WorkAsync);
    }

    /// <summary>Answers images.</summary>
    /// <param name="images">The model's input <c>[C, H, W]</c> of each; at least one. More than a batch are run one batch after the other, by one state of the model.</param>
    /// <param name="cancellationToken">Has them left out where their run has not begun.</param>
    /// <returns>Ends when the images have left: were it to end with its client, clients that give up and ask again would fill the memory behind a long run.</returns>
    /// <exception cref="OperationCanceledException">They were left out, or the server stops.</exception>
    public Task<BatchAnswer> RunAsync(IReadOnlyList<float[]> images, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<BatchAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _queue.Writer.TryWrite(new BatchItem(images, _time.GetTimestamp(), answer, cancellationToken))
            ? answer.Task
            : throw new OperationCanceledException("The server stops.");
    }

    /// <summary>Answers what waits and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _work.ConfigureAwait(false);
    }

    private async Task WorkAsync()
    {
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            List<BatchItem> batch = await CollectAsync().ConfigureAwait(false);
            if (batch.Count > 0)
            {
                Run(batch);
            }
        }
    }

    private async Task<List<BatchItem>> CollectAsync()
    {
        List<BatchItem> batch = [];
        int images = 0;
        while (true)
        {
            while (_queue.Reader.TryPeek(out BatchItem? next) && (batch.Count == 0 || images + next.Images.Count <= _maximumBatch))
            {
                _queue.Reader.TryRead(out _);
                if (next.Cancelled.IsCancellationRequested)
                {
                    next.Answer.TrySetCanceled(next.Cancelled);
                    continue;
                }

                batch.Add(next);
                images += next.Images.Count;
            }

            if (batch.Count == 0 || images >= _maximumBatch || _queue.Reader.TryPeek(out _))
            {
                return batch;
            }

            TimeSpan left = _wait - _time.GetElapsedTime(batch[0].Enqueued);
            if (left <= TimeSpan.Zero || !await ComesAsync(left).ConfigureAwait(false))
            {
                return batch;
            }
        }
    }

    /// <summary>Whether something comes within a time.</summary>
    private async Task<bool> ComesAsync(TimeSpan within)
    {
        using var timeout = new CancellationTokenSource(within, _time);
        try
        {
            return await _queue.Reader.WaitToReadAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Run(IReadOnlyList<BatchItem> batch)
    {
        try
        {
            using ModelLease lease = _model.Acquire();
            Run(batch, lease);
        }
        catch (OnnxModelException) when (batch.Count > 1)
        {
            // Memory that does not do for all of them does for one, and what one request holds must not fail the others.
            foreach (BatchItem item in batch)
            {
                Run([item]);
            }
        }
        catch (Exception e)
        {
            // Whatever it is belongs to those who wait; a worker that died of it would leave everyone after them without an answer.
            foreach (BatchItem item in batch)
            {
                item.Answer.TrySetException(e);
            }
        }
    }

    private void Run(IReadOnlyList<BatchItem> batch, ModelLease lease)
    {
        float[][] images = [.. batch.SelectMany(item => item.Images)];
        List<float[]> logits = new(images.Length);
        try
        {
            foreach (float[][] chunk in images.Chunk(_maximumBatch))
            {
                long start = _time.GetTimestamp();
                FloatTensor answers = lease.Run(FloatTensor.Stack(chunk, [.. _model.ImageShape.Select(d => (long)d)]));
                _model.NoteInference(_time.GetElapsedTime(start));
                logits.AddRange(Enumerable.Range(0, chunk.Length).Select(i => answers.Sample(i).ToArray()));
            }
        }
        catch (OnnxModelException e) when (batch.Count == 1)
        {
            float[][] none = [.. images.Select(_ => Enumerable.Repeat(float.NaN, _model.Classes).ToArray())];
            batch[0].Answer.TrySetResult(new BatchAnswer(none, lease.Version, lease.StatisticsGeneration) { Fault = e.Message });
            return;
        }

        int from = 0;
        foreach (BatchItem item in batch)
        {
            item.Answer.TrySetResult(new BatchAnswer(logits.GetRange(from, item.Images.Count), lease.Version, lease.StatisticsGeneration));
            from += item.Images.Count;
        }
    }
}
