using System.Globalization;
using System.Text.Json;
using EdgeAdapt.Edge.Core.Serving;
using EdgeAdapt.Edge.Server.Protocol;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace EdgeAdapt.Edge.Server.Page;

/// <summary>
/// The API of the page under <c>/device/v1</c>. Asked again and again rather than streamed: between two requests the server holds nothing for a client, so that neither a slow
/// one nor many cost memory, and one that was away goes on by itself.
/// </summary>
internal static class DeviceEndpoints
{
    private const string Prefix = "/device/v1";
    private const int LongestBody = 4 << 10;
    private static readonly TimeSpan DecisionTimeout = TimeSpan.FromSeconds(30);

    public static void MapDevice(this WebApplication app, InferenceService service, RequestGuard guard, ServerOptions options, TimeProvider time, ILogger logger)
    {
        DeviceModel model = service.Model;
        DateTimeOffset started = time.GetUtcNow();
        var frame = new LatestFrame(model, time);
        app.MapGet(Prefix + "/state", context => WriteAsync(context, DeviceState.Describe(service, guard.Rule, options, started)));
        app.MapGet(Prefix + "/answers", context =>
        {
            long after = ReadNumber(context, "after", -1, long.MaxValue) ?? -1;
            long limit = ReadNumber(context, "limit", 1, AnswerLog.Capacity) ?? AnswerLog.Capacity;
            IReadOnlyList<AnswerRecord> answers = model.Answers.Read(after, out long last);
            return WriteAsync(context, new { last, answers = answers.TakeLast((int)limit).Select(a => DeviceState.Describe(model, a)) });
        });
        app.MapGet(Prefix + "/entropy", context => WriteAsync(
            context, new { seconds = model.Answers.ReadSeconds(ReadNumber(context, "from", 0, long.MaxValue) ?? 0).Select(DeviceState.Describe) }));
        app.MapGet(Prefix + "/parameters", context => WriteAsync(context, DeviceState.DescribeParameters(model)));
        app.MapGet(Prefix + "/drift", context => WriteAsync(context, DriftState.Describe(model)));
        app.MapPost(Prefix + "/parameters/revert", context =>
        {
            guard.CheckChange(context);
            return RequestBody.UseAsync(context, service, LongestBody, body => RevertAsync(context, model, body, time, logger));
        });
        app.MapGet(Prefix + "/frame", context =>
        {
            if (!options.PagePictures)
            {
                throw new RequestException(StatusCodes.Status403Forbidden, "This device shows no pictures (--page-no-pictures).");
            }

            guard.CheckPicture(context);
            return WriteAsync(context, model, frame.Read());
        });
    }

    private static async Task RevertAsync(HttpContext context, DeviceModel model, ReadOnlyMemory<byte> body, TimeProvider time, ILogger logger)
    {
        long? version = ReadVersion(context.Request, body);
        using var timeout = new CancellationTokenSource(DecisionTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, timeout.Token);
        ParametersDecision decision;
        try
        {
            decision = await model.RevertAsync(version, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new RequestException(StatusCodes.Status503ServiceUnavailable, "The agent takes no change now: it starts, stops, or is busy. GET /device/v1/parameters later to see what became of it.");
        }

        if (!decision.Accepted)
        {
            throw new RequestException(StatusCodes.Status409Conflict, $"Nothing was changed: {decision.Refusal}.");
        }

        ServerLog.OperatorReverted(
            logger, context.Connection.RemoteIpAddress?.ToString() ?? "?", version?.ToString(CultureInfo.InvariantCulture) ?? "of the last good set", decision.ActiveVersion);
        await WriteAsync(context, DeviceState.DescribeParameters(model)).ConfigureAwait(false);
    }

    private static long? ReadVersion(HttpRequest request, ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            return null;
        }

        // Another page's form could send a body without asking this server first, but not as JSON.
        if (!request.HasJsonContentType())
        {
            throw new RequestException(StatusCodes.Status415UnsupportedMediaType, "Send the body as application/json, or none to go back to the last good set.");
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind != JsonValueKind.Object ? throw Wrong()
                : !document.RootElement.TryGetProperty("version", out JsonElement version) || version.ValueKind == JsonValueKind.Null ? null
                : version.ValueKind == JsonValueKind.Number && version.TryGetInt64(out long number) && number >= 0 ? number : throw Wrong();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name with half a surrogate pair, which shows only when names are compared.
            throw Wrong();
        }

        static RequestException Wrong() => RequestException.Bad("The body is no request to go back. Send {\"version\": 3}, 0 for the model as built, or nothing for the last good set.");
    }

    private static long? ReadNumber(HttpContext context, string name, long least, long most)
    {
        if (!context.Request.Query.TryGetValue(name, out StringValues text))
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most
            ? number
            : throw RequestException.Bad($"'{name}' is '{text}'. Give a whole number of at least {least}{(most < long.MaxValue ? $" and at most {most}" : string.Empty)}.");
    }

    private static Task WriteAsync(HttpContext context, object answer)
    {
        PageEndpoints.AddHeaders(context.Response);
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(answer, context.RequestAborted);
    }

    private static async Task WriteAsync(HttpContext context, DeviceModel model, LatestPicture? picture)
    {
        PageEndpoints.AddHeaders(context.Response);
        context.Response.Headers.CacheControl = "no-store";
        if (picture is null)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        context.Response.Headers["EdgeAdapt-Answer"] = JsonSerializer.Serialize(DeviceState.Describe(model, picture.Answer));
        if (PageEndpoints.IsKnown(context, $"\"{picture.Answer.Number.ToString(CultureInfo.InvariantCulture)}\""))
        {
            return;
        }

        context.Response.ContentType = picture.ContentType;
        context.Response.ContentLength = picture.Content.Length;
        await context.Response.Body.WriteAsync(picture.Content, context.RequestAborted).ConfigureAwait(false);
    }
}
