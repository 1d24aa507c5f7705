using EdgeAdapt.Observability.Prometheus;

namespace EdgeAdapt.Edge.Server.Endpoints;

/// <summary>Metrics for a scraper. Readable without the token: they say how the device fares, and change nothing.</summary>
internal static class MetricsEndpoint
{
    public static void MapMetrics(this WebApplication app, ServerMetrics metrics) =>
        app.MapGet("/metrics", (HttpContext context) =>
        {
            ExpositionFormat format = ContentNegotiation.Choose(context.Request.Headers.Accept);
            context.Response.ContentType = ContentNegotiation.MediaType(format);
            return context.Response.WriteAsync(metrics.Write(format), context.RequestAborted);
        });
}
