using EdgeAdapt.Edge.Server.Protocol;

namespace EdgeAdapt.Edge.Server;

/// <summary>Reads bodies of bounded size in bounded time, while the bodies in memory together are bounded too.</summary>
internal static class RequestBody
{
    // The slowest connection that is served. Kestrel's own minimum of 240 bytes a second would let four clients hold all there is for hours.
    private const double BytesPerSecond = 256 << 10;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>Reads a body and uses it; its bytes count as held until the use is over.</summary>
    /// <param name="context">The request.</param>
    /// <param name="service">Holds the bounds.</param>
    /// <param name="maximum">Most bytes that are read; the server's own bound counts too.</param>
    /// <param name="use">What to do with the body.</param>
    /// <exception cref="RequestException">The body is too large, too slow or compressed, or the server is full.</exception>
    public static async Task UseAsync(HttpContext context, InferenceService service, long maximum, Func<ReadOnlyMemory<byte>, Task> use)
    {
        HttpRequest request = context.Request;
        if (request.Headers.ContentEncoding is { Count: > 0 } encoding && encoding != "identity")
        {
            throw new RequestException(StatusCodes.Status415UnsupportedMediaType, $"The body is encoded as '{encoding}'. Send it as it is.");
        }

        if (request.ContentLength > maximum)
        {
            throw TooLarge(maximum);
        }

        // Of a body that does not say how long it is, the longest is expected.
        long bytes = request.ContentLength ?? maximum;
        if (!service.Bodies.TryTake(bytes))
        {
            throw service.Full();
        }

        try
        {
            ReadOnlyMemory<byte> body = await ReadInTimeAsync(context, service.Time, maximum, bytes).ConfigureAwait(false);

            // Small bodies of unknown length would else fill the server four at a time.
            service.Bodies.Return(bytes - body.Length);
            bytes = body.Length;
            await use(body).ConfigureAwait(false);
        }
        finally
        {
            service.Bodies.Return(bytes);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadInTimeAsync(HttpContext context, TimeProvider time, long maximum, long bytes)
    {
        TimeSpan limit = Grace + TimeSpan.FromSeconds(bytes / BytesPerSecond);
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, timeout.Token);
        try
        {
            return await ReadAsync(context.Request, maximum, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            throw new RequestException(
                StatusCodes.Status408RequestTimeout, $"The body did not come within {limit.TotalSeconds:F0} seconds. Send less in one request, or over a faster connection.");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, long maximum, CancellationToken cancellationToken)
    {
        if (request.ContentLength is { } length)
        {
            byte[] body = new byte[length];
            await request.Body.ReadExactlyAsync(body, cancellationToken).ConfigureAwait(false);
            return body;
        }

        var stream = new MemoryStream();
        byte[] buffer = new byte[64 << 10];
        while (await request.Body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            if (stream.Length + read > maximum)
            {
                throw TooLarge(maximum);
            }

            stream.Write(buffer, 0, read);
        }

        return stream.GetBuffer().AsMemory(0, (int)stream.Length);
    }

    private static RequestException TooLarge(long maximum) =>
        new(StatusCodes.Status413PayloadTooLarge, $"The body has more than {maximum} bytes. Send less in one request, or raise --http-megabytes.");
}
