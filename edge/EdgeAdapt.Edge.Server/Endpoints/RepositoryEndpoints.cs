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
            await WithObjectAsync(context, service, body =>
            {
                bool readyAlone = body is { } request && request.TryGetProperty("ready", out JsonElement ready) && ready.ValueKind == JsonValueKind.True;
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
                await WithObjectAsync(context, service, body =>
                {
                    RefuseParameters(body);
                    service.IsLoaded = loaded;
                    ServerLog.ReadinessChanged(logger, model, loaded ? "loaded" : "unloaded");
                    return Task.CompletedTask;
                }).ConfigureAwait(false);
            });
        }
    }

    private static void RefuseParameters(JsonElement? body)
    {
        if (body is { } request && request.TryGetProperty("parameters", out JsonElement parameters) && parameters.ValueKind == JsonValueKind.Object
            && parameters.EnumerateObject().FirstOrDefault(p => p.Name != "unload_dependents") is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
        {
            throw RequestException.Bad($"The parameter '{unknown.Name}' is not supported: this device's model and its configuration come with the agent. Leave it out.");
        }
    }

    private static Task WithObjectAsync(HttpContext context, InferenceService service, Func<JsonElement?, Task> use) =>
        RequestBody.UseAsync(context, service, LongestBody, async body =>
        {
            if (body.IsEmpty)
            {
                await use(null).ConfigureAwait(false);
                return;
            }

            JsonDocument document;
            try
            {
                document = JsonDocument.Parse(body);
            }
            catch (JsonException e)
            {
                throw RequestException.Bad($"The body is no JSON: {e.Message} Send an object, or nothing.");
            }

            using (document)
            {
                await use(document.RootElement.ValueKind == JsonValueKind.Object
                    ? document.RootElement
                    : throw RequestException.Bad("The body is no JSON object. Send an object, or nothing.")).ConfigureAwait(false);
            }
        });
}
