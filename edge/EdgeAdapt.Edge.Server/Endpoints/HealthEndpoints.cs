namespace EdgeAdapt.Edge.Server.Endpoints;

/// <summary>Whether the server lives and can answer, and what it is.</summary>
internal static class HealthEndpoints
{
    private static readonly string[] Extensions = ["binary_tensor_data", "model_repository", "edgeadapt_parameters"];

    public static void MapHealth(this WebApplication app, InferenceService service)
    {
        app.MapGet("/v2", () => Results.Json(new { name = "edgeadapt-edge", version = typeof(HealthEndpoints).Assembly.GetName().Version?.ToString(3), extensions = Extensions }));
        app.MapGet("/v2/health/live", () => Results.Json(new { live = true }));
        app.MapGet("/v2/health/ready", () => Results.Json(
            new { ready = service.IsLoaded }, statusCode: service.IsLoaded ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable));
    }
}
