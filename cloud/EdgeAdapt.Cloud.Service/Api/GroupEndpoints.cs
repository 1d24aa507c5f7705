using EdgeAdapt.Cloud.Core.Sessions;
using EdgeAdapt.Contracts;
using EdgeAdapt.Messaging;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EdgeAdapt.Cloud.Service.Api;

/// <summary>
/// The adaptation groups. A group's id is its name; where several models have a group of one name, the query parameter <c>model</c> chooses.
/// </summary>
internal static class GroupEndpoints
{
    public static void MapGroups(this WebApplication app)
    {
        app.MapGet("/api/v1/groups", (CloudRuntime runtime) => new
        {
            groups = runtime.Sessions.All.Select(s => s.Snapshot()).Select(s => new
            {
                id = s.Key.Group,
                model = s.Key.Model,
                version = s.Version,
                samplesStored = s.Counts.Stored,
                samplesQueued = s.Queued,
                href = $"/api/v1/groups/{s.Key.Group}?model={s.Key.Model}",
            }),
            samplesRefused = runtime.Ingest.Refused,
            telemetryIgnored = runtime.Devices.IgnoredTelemetry,
        });
        app.MapGet("/api/v1/groups/{id}", Results<Ok<GroupResource>, ProblemHttpResult> (string id, string? model, CloudRuntime runtime) =>
            Find(runtime, id, model, out ProblemHttpResult? problem) is { } session
                ? TypedResults.Ok(GroupResource.Of(session.Snapshot(), runtime.Devices.Of(session.Key), runtime.Devices.TelemetryOf(session.Key), runtime.Setup.Tenant))
                : problem!);
        app.MapGet("/api/v1/groups/{id}/parameters/{version:long}", Results<FileContentHttpResult, ProblemHttpResult> (string id, long version, string? model, CloudRuntime runtime) =>
        {
            if (Find(runtime, id, model, out ProblemHttpResult? problem) is not { } session)
            {
                return problem!;
            }

            return session.ReadVersion(version) is { } bytes
                ? TypedResults.File(bytes, ContentTypes.Parameters, $"{session.Key.Model}-{session.Key.Group}-{version}.safetensors")
                : NoVersion(session, version);
        });
        app.MapPost("/api/v1/groups/{id}/parameters/{version:long}/reissue", async Task<Results<NoContent, ProblemHttpResult>> (
            string id, long version, string? model, CloudRuntime runtime, CancellationToken cancellation) =>
        {
            if (Find(runtime, id, model, out ProblemHttpResult? problem) is not { } session)
            {
                return problem!;
            }

            return await runtime.Publisher.ReissueAsync(session, version, cancellation).ConfigureAwait(false) switch
            {
                PublishOutcome.Acknowledged => TypedResults.NoContent(),
                null => NoVersion(session, version),
                var outcome => TypedResults.Problem(
                    $"The broker did not take version {version} ({outcome}). Check the connection to the broker and send it again.",
                    statusCode: StatusCodes.Status503ServiceUnavailable, title: "Not published"),
            };
        });
    }

    private static AdaptationSession? Find(CloudRuntime runtime, string id, string? model, out ProblemHttpResult? problem)
    {
        AdaptationSession[] found = [.. runtime.Sessions.All.Where(s => s.Key.Group == id && (model is null || s.Key.Model == model))];
        problem = found.Length switch
        {
            0 => TypedResults.Problem(
                $"No device has sent anything for a group '{id}'{(model is null ? string.Empty : $" of the model '{model}'")}. /api/v1/groups lists those that exist.",
                statusCode: StatusCodes.Status404NotFound, title: "No such group"),
            1 => null,
            _ => TypedResults.Problem(
                $"Several models have a group '{id}': {string.Join(", ", found.Select(s => s.Key.Model))}. Add ?model=NAME.",
                statusCode: StatusCodes.Status400BadRequest, title: "Ambiguous group"),
        };
        return found.Length == 1 ? found[0] : null;
    }

    private static ProblemHttpResult NoVersion(AdaptationSession session, long version) => TypedResults.Problem(
        $"The group '{session.Key.Group}' has no stored version {version}; it holds {Held(session)}.", statusCode: StatusCodes.Status404NotFound, title: "No such version");

    private static string Held(AdaptationSession session)
    {
        SessionSnapshot snapshot = session.Snapshot();
        return snapshot.Versions.Count == 0 ? "none yet" : $"{snapshot.Versions[0].Version} to {snapshot.Versions[^1].Version}";
    }
}
