using System.Text.Json;
using EdgeAdapt.Edge.Server.Protocol;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Server.Endpoints;

/// <summary>
/// The model repository extension on a device with one model: unloading stops its answers and loading lets them go on. The model stays in memory,
/// since the agent's own frames are answered with it.
/// </summary>
internal static class RepositoryEndpoints
{
    private const int LongestBody = 64 << 10;

    public static void MapRepository(this WebApplication app, InferenceService service, RequestGuard guard, ILogger logger)
    {
        app.MapPost("/v2/repository/index", async (HttpContext context) =>
            await WithObjectAsync(context, service, IsReadyAlone, readyAlone =>
            {
                bool loaded = service.IsLoaded;
                object[] models = readyAlone && !loaded
                    ? []
                    : [new { name = service.Model.Name, state = loaded ? "READY" : "UNAVAILABLE", reason = loaded ? string.Empty : "unloaded" }];
                return context.Response.WriteAsJsonAsync(models, context.RequestAborted);
            }).ConfigureAwait(false));
        foreach ((string verb, bool loaded) in new[] { ("load", true), ("unload", false) })
        {
            app.MapPost($"/v2/repository/models/{{model}}/{verb}", async (HttpContext context, string model) =>
            {
                ModelEndpoints.Require(service, model);
                guard.CheckChange(context);
                await WithObjectAsync(context, service, FindParameter, unknown =>
                {
                    if (unknown is not null)
                    {
                        throw RequestException.Bad($"The parameter '{unknown}' is not supported: this device's model and its configuration come with the agent. Leave it out.");
                    }

                    service.IsLoaded = loaded;
                    ServerLog.ReadinessChanged(logger, model, loaded ? "loaded" : "unloaded");
                    return Task.CompletedTask;
                }).ConfigureAwait(false);
            });
        }
    }

    private static bool IsReadyAlone(JsonElement request) => request.TryGetProperty("ready", out JsonElement ready) && ready.ValueKind == JsonValueKind.True;

    /// <summary>The first parameter that is not supported, or null.</summary>
    private static string? FindParameter(JsonElement request) =>
        request.TryGetProperty("parameters", out JsonElement parameters) && parameters.ValueKind == JsonValueKind.Object
            ? parameters.EnumerateObject().Select(p => p.Name).FirstOrDefault(name => name != "unload_dependents") : null;

    private static Task WithObjectAsync<T>(HttpContext context, InferenceService service, Func<JsonElement, T?> read, Func<T?, Task> use) =>
        RequestBody.UseAsync(context, service, LongestBody, body => use(body.IsEmpty ? default : Read(body, read)));

    private static T? Read<T>(ReadOnlyMemory<byte> body, Func<JsonElement, T?> read)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? read(document.RootElement)
                : throw RequestException.Bad("The body is no JSON object. Send an object, or nothing.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name with half a surrogate pair, which shows only when names are compared.
            throw RequestException.Bad($"The body is no JSON: {e.Message} Send an object, or nothing.");
        }
    }
}
