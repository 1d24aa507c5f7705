using EdgeAdapt.Edge.Server.Protocol;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Server;

/// <summary>Answers whatever cannot be answered with the protocol's error object.</summary>
internal sealed class ErrorAnswers(RequestGuard guard, ILogger logger)
{
    private const string RetryAfterSeconds = "1";

    /// <summary>Runs the rest of the pipeline and answers its failures.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            guard.Check(context.Request);
            await next(context).ConfigureAwait(false);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null })
            {
                await WriteAsync(context, context.Response.StatusCode, Explain(context)).ConfigureAwait(false);
            }
        }
        catch (RequestException e)
        {
            await WriteAsync(context, e.Status, e.Message).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e)
        {
            await WriteAsync(context, e.StatusCode, e.Message).ConfigureAwait(false);
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested || e is OperationCanceledException or EndOfStreamException)
        {
            // The client is gone, or the server goes: nobody reads an answer. One that was on its way has its status already.
            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            }
        }
        catch (Exception e)
        {
            ServerLog.RequestFailed(logger, e, context.Request.Method, context.Request.Path);
            await WriteAsync(context, StatusCodes.Status500InternalServerError, "The server failed on this request; its log says why.").ConfigureAwait(false);
        }
    }

    private static string Explain(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => $"There is nothing at {context.Request.Path}. GET /v2 says what this server does.",
        StatusCodes.Status405MethodNotAllowed => $"{context.Request.Path} does not take {context.Request.Method}. Use {context.Response.Headers.Allow}.",
        var status => $"The request was answered with status {status}.",
    };

    private static async Task WriteAsync(HttpContext context, int status, string error)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = status;
        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds;
        }

        if (status is StatusCodes.Status413PayloadTooLarge or StatusCodes.Status408RequestTimeout)
        {
            // The rest of the body is not read, so nothing can follow on this connection; a client that is not told meets its end as a failure.
            context.Response.Headers.Connection = "close";
        }

        await context.Response.WriteAsJsonAsync(new { error }, CancellationToken.None).ConfigureAwait(false);
    }
}
