using System.Threading.Channels;
using EdgeAdapt.Edge.Core.Serving;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Server.Batching;

/// <summary>
/// Hands answered images to the agent behind their answers, because selecting one writes it to the disk. Bounded: where the disk cannot keep up,
/// images are left out and counted, and answers do not wait. One worker.
/// </summary>
internal sealed class SampleTap : IAsyncDisposable
{
    private const long MaximumBytes = 64 << 20;
    private readonly DeviceModel _model;
    private readonly Capacity _bytes = new(MaximumBytes);
    private readonly Channel<Answered> _queue = Channel.CreateUnbounded<Answered>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ILogger _logger;
    private readonly Task _work;
    private long _leftOut;

    public SampleTap(DeviceModel model, ILogger logger)
    {
        _model = model;
        _logger = logger;
        _work = Task.Run(WorkAsync);
    }

    /// <summary>Images that were answered and not handed over.</summary>
    public long LeftOut => Interlocked.Read(ref _leftOut);

    /// <summary>Takes an answered image, or leaves it out.</summary>
    /// <param name="image">The image.</param>
    /// <param name="row">Its row in the answer.</param>
    /// <param name="answer">The answer to its request.</param>
    /// <param name="captured">When it came.</param>
    public void Offer(RequestImage image, int row, BatchAnswer answer, DateTimeOffset captured)
    {
        var answered = new Answered(image, row, answer, captured);
        if (!_bytes.TryTake(answered.Bytes))
        {
            Interlocked.Increment(ref _leftOut);
        }
        else if (!_queue.Writer.TryWrite(answered))
        {
            _bytes.Return(answered.Bytes);
        }
    }

    /// <summary>Hands over what waits and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _work.ConfigureAwait(false);
    }

    private async Task WorkAsync()
    {
        await foreach (Answered next in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                BatchAnswer answer = next.Answer;
                await _model.ObserveAsync(
                    next.Image.Frame, next.Image.Values, answer.Logits[next.Row], answer.Version, next.Captured, answer.StatisticsGeneration, next.Image.IsOutOfRange, answer.Fault).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // A sample that cannot be kept must not end the keeping of samples.
                ServerLog.SampleFailed(_logger, e);
            }
            finally
            {
                _bytes.Return(next.Bytes);
            }
        }
    }

    private sealed record Answered(RequestImage Image, int Row, BatchAnswer Answer, DateTimeOffset Captured)
    {
        public long Bytes { get; } = Image.Frame.Bytes.Length + ((long)Image.Values.Length * sizeof(float));
    }
}
