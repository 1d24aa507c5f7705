using EdgeAdapt.Edge.Core.Serving;
using EdgeAdapt.Edge.Server.Batching;
using EdgeAdapt.Edge.Server.Protocol;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Server;

/// <summary>Answers requests: admits, decodes, runs, composes, and hands the images on as samples. Thread safe.</summary>
internal sealed class InferenceService : IAsyncDisposable
{
    private readonly ServerOptions _options;
    private readonly ImageReader _images;
    private readonly BatchRunner _runner;
    private readonly SampleTap _samples;
    private readonly Capacity _admitted;
    private long _answered;
    private long _refused;
    private volatile bool _isLoaded = true;

    public InferenceService(DeviceModel model, ServerOptions options, TimeProvider time, ILogger logger)
    {
        Model = model;
        _options = options;
        Time = time;
        _admitted = new Capacity(options.MaximumImages);
        Bodies = new Capacity(4 * options.MaximumRequestBytes);
        Outputs = new ModelOutputs(model);
        Metrics = new ServerMetrics(this);
        _images = new ImageReader(model, logger);
        _runner = new BatchRunner(model, options, time);
        _samples = new SampleTap(model, logger);
    }

    /// <summary>The model.</summary>
    public DeviceModel Model { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>What it answers with.</summary>
    public ModelOutputs Outputs { get; }

    /// <summary>What is told of agent and server.</summary>
    public ServerMetrics Metrics { get; }

    /// <summary>Images in the server: decoded, waiting or running.</summary>
    public long Admitted => _admitted.Taken;

    /// <summary>Bytes of bodies that may be in memory at once.</summary>
    public Capacity Bodies { get; }

    /// <summary>Whether requests are answered; a client may turn it off.</summary>
    public bool IsLoaded
    {
        get => _isLoaded;
        set => _isLoaded = value;
    }

    /// <summary>Requests answered.</summary>
    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>Requests refused because the server was full.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Images answered and not kept as samples because the disk did not keep up.</summary>
    public long LeftOut => _samples.LeftOut;

    /// <summary>What a full server answers.</summary>
    public RequestException Full()
    {
        Interlocked.Increment(ref _refused);
        return new RequestException(StatusCodes.Status429TooManyRequests, "The server is full. Send the request again after the time that Retry-After says, or send fewer at once.");
    }

    /// <summary>Answers a request.</summary>
    /// <exception cref="RequestException">It cannot be answered.</exception>
    public async Task<InferenceResponse> AnswerAsync(InferenceRequest request, CancellationToken cancellationToken)
    {
        DateTimeOffset captured = Time.GetUtcNow();
        Outputs.Check(request);
        RequestTensor tensor = _images.Find(request);
        long count = tensor.Shape[0];
        if (count > _options.MaximumImages)
        {
            throw new RequestException(
                StatusCodes.Status413PayloadTooLarge, $"The request has {count} images and the server takes {_options.MaximumImages} at once. Send them in several requests.");
        }

        if (!_admitted.TryTake(count))
        {
            throw Full();
        }

        try
        {
            RequestImage[] images = await _images.ReadAsync(tensor, cancellationToken).ConfigureAwait(false);
            BatchAnswer answer = await RunAsync(images, captured, cancellationToken).ConfigureAwait(false);
            Interlocked.Increment(ref _answered);
            return Outputs.Compose(request, answer);
        }
        finally
        {
            _admitted.Return(count);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Metrics.Dispose();
        await _runner.DisposeAsync().ConfigureAwait(false);
        await _samples.DisposeAsync().ConfigureAwait(false);
        _images.Dispose();
    }

    private async Task<BatchAnswer> RunAsync(RequestImage[] images, DateTimeOffset captured, CancellationToken cancellationToken)
    {
        BatchAnswer answer = await _runner.RunAsync([.. images.Select(i => i.Values)], cancellationToken).ConfigureAwait(false);

        // A client that is gone sends the same images again: they count once, with the answer that somebody gets.
        cancellationToken.ThrowIfCancellationRequested();
        for (int i = 0; i < images.Length && _options.KeepSamples; i++)
        {
            _samples.Offer(images[i], i, answer, captured);
        }

        if (answer.Fault is { } fault)
        {
            throw new RequestException(
                StatusCodes.Status503ServiceUnavailable, $"The model failed under parameter version {answer.Version}: {fault} Send the request again; if that does not help, go back to an earlier version.");
        }

        for (int i = 0; i < images.Length; i++)
        {
            if (!answer.Logits[i].All(float.IsFinite))
            {
                throw new RequestException(
                    StatusCodes.Status422UnprocessableEntity, $"The model answers image {i} with numbers that are not finite. Check the image and the parameter set (version {answer.Version}).");
            }
        }

        return answer;
    }
}
