using EdgeAdapt.Edge.Server.Protocol;

namespace EdgeAdapt.Edge.Server;

/// <summary>Reads bodies of bounded size, while the bodies in memory together are bounded too.</summary>
internal static class RequestBody
{
    /// <summary>Reads a body and uses it; its bytes count as held until the use is over.</summary>
    /// <param name="context">The request.</param>
    /// <param name="service">Holds the bounds.</param>
    /// <param name="maximum">Most bytes that are read; the server's own bound counts too.</param>
    /// <param name="use">What to do with the body.</param>
    /// <exception cref="RequestException">The body is too large or compressed, or the server is full.</exception>
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
            await use(await ReadAsync(request, maximum, context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            service.Bodies.Return(bytes);
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
