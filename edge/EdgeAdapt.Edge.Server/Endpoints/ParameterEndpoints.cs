using EdgeAdapt.Edge.Core.Inference;
using EdgeAdapt.Edge.Core.Serving;
using EdgeAdapt.Edge.Server.Protocol;
using EdgeAdapt.ParameterSets;

namespace EdgeAdapt.Edge.Server.Endpoints;

/// <summary>The model's normalization parameters: what answers now, and a new set in its place without loading the model anew.</summary>
internal static class ParameterEndpoints
{
    private const string SignatureHeader = "EdgeAdapt-Signature";
    private static readonly TimeSpan DecisionTimeout = TimeSpan.FromSeconds(60);

    public static void MapParameters(this WebApplication app, InferenceService service, RequestGuard guard, ServerOptions options, TimeProvider time)
    {
        app.MapGet("/v2/models/{model}/parameters", (string model) =>
        {
            ModelEndpoints.Require(service, model);
            return Results.Json(Describe(service.Model));
        });
        app.MapPost("/v2/models/{model}/parameters", async (HttpContext context, string model) =>
        {
            ModelEndpoints.Require(service, model);
            guard.CheckChange(context);
            await RequestBody.UseAsync(context, service, options.MaximumRequestBytes, body => OfferAsync(context, service.Model, body, time)).ConfigureAwait(false);
        });
    }

    private static async Task OfferAsync(HttpContext context, DeviceModel model, ReadOnlyMemory<byte> file, TimeProvider time)
    {
        using var timeout = new CancellationTokenSource(DecisionTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, timeout.Token);
        ParametersDecision decision;
        try
        {
            decision = await model.OfferAsync(file, context.Request.Headers[SignatureHeader], either.Token).ConfigureAwait(false);
        }
        catch (ParameterSetFormatException e)
        {
            throw new RequestException(StatusCodes.Status422UnprocessableEntity, e.Message);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new RequestException(StatusCodes.Status503ServiceUnavailable, "The agent does not take parameter sets now: it starts, stops, or is busy. GET this address later to see what became of the set.");
        }

        if (!decision.Accepted)
        {
            int status = decision.IsOutdated ? StatusCodes.Status409Conflict
                : decision.IsDisplaced ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status422UnprocessableEntity;
            throw new RequestException(status, decision.Refusal + ".");
        }

        await context.Response.WriteAsJsonAsync(Describe(model), context.RequestAborted).ConfigureAwait(false);
    }

    private static object Describe(DeviceModel model)
    {
        using ModelLease active = model.Acquire();
        return new
        {
            model_name = model.Name,
            parameter_version = active.Version,
            statistics_generation = active.StatisticsGeneration,
            base_model_sha256 = model.Sha256,
            history = model.History.Select(e => new { time = e.Time, parameter_version = e.ActiveVersion, statistics_generation = e.StatisticsGeneration, refused = e.Refusal }),
        };
    }
}
