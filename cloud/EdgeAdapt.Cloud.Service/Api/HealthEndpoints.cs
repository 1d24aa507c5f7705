using EdgeAdapt.Messaging;

namespace EdgeAdapt.Cloud.Service.Api;

/// <summary>Whether the service lives and can work, as the Open Inference Protocol v2 names it, and what it is.</summary>
internal static class HealthEndpoints
{
    private static readonly string[] Links = ["/v2/health/live", "/v2/health/ready", "/api/v1/models", "/api/v1/groups"];

    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/", (CloudRuntime runtime) => new
        {
            name = "EdgeAdapt cloud service",
            version = typeof(HealthEndpoints).Assembly.GetName().Version?.ToString(3),
            tenant = runtime.Setup.Tenant,
            description = "Adapts models from the samples that devices upload, and publishes their normalization parameters over MQTT.",
            links = Links,
        });
        app.MapGet("/v2/health/live", () => new { live = true });
        app.MapGet("/v2/health/ready", (CloudRuntime runtime) => Results.Json(
            new { ready = runtime.Ready, modelsLoaded = runtime.ModelsLoaded, broker = Name(runtime.Broker.State) },
            statusCode: runtime.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable));
    }

    private static string Name(MqttSessionState state) => state.ToString().ToLowerInvariant();
}
