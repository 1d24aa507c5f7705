using System.Globalization;
using EdgeAdapt.Edge.Core.Serving;
using EdgeAdapt.Edge.Server.Protocol;

namespace EdgeAdapt.Edge.Server.Endpoints;

/// <summary>The model: what it takes and gives, whether it is ready, and its answers.</summary>
internal static class ModelEndpoints
{
    private const string HeaderLength = "Inference-Header-Content-Length";

    public static void MapModels(this WebApplication app, InferenceService service, ServerOptions options)
    {
        app.MapGet("/v2/models/{model}", (string model) =>
        {
            Require(service, model);
            return Results.Json(Describe(service));
        });
        app.MapGet("/v2/models/{model}/ready", (string model) =>
        {
            Require(service, model);
            return Results.Json(new { name = model, ready = service.IsLoaded }, statusCode: service.IsLoaded ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        });
        app.MapPost("/v2/models/{model}/infer", async (HttpContext context, string model) =>
        {
            Require(service, model);
            if (!service.IsLoaded)
            {
                throw new RequestException(StatusCodes.Status503ServiceUnavailable, $"The model '{model}' was unloaded. POST /v2/repository/models/{model}/load makes it ready.");
            }

            await RequestBody.UseAsync(context, service, options.MaximumRequestBytes, body => AnswerAsync(context, service, body)).ConfigureAwait(false);
        });
    }

    /// <summary>Refuses other models than the one there is.</summary>
    /// <exception cref="RequestException">The name is another.</exception>
    public static void Require(InferenceService service, string model)
    {
        if (model != service.Model.Name)
        {
            throw new RequestException(StatusCodes.Status404NotFound, $"There is no model '{model}'. This device has '{service.Model.Name}'.");
        }
    }

    private static async Task AnswerAsync(HttpContext context, InferenceService service, ReadOnlyMemory<byte> body)
    {
        InferenceRequest request = InferenceRequestReader.Read(body, ReadHeaderLength(context.Request));
        InferenceResponse response = await service.AnswerAsync(request, context.RequestAborted).ConfigureAwait(false);
        (ReadOnlyMemory<byte> bytes, int? header) = InferenceResponseWriter.Write(response);
        context.Response.ContentType = header is null ? "application/json" : "application/octet-stream";
        context.Response.ContentLength = bytes.Length;
        if (header is { } length)
        {
            context.Response.Headers[HeaderLength] = length.ToString(CultureInfo.InvariantCulture);
        }

        await context.Response.Body.WriteAsync(bytes, context.RequestAborted).ConfigureAwait(false);
    }

    private static int? ReadHeaderLength(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(HeaderLength, out Microsoft.Extensions.Primitives.StringValues value))
        {
            return null;
        }

        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int length)
            ? length
            : throw RequestException.Bad($"{HeaderLength} is '{value}'. Give the length of the JSON object in bytes.");
    }

    private static object Describe(InferenceService service)
    {
        DeviceModel model = service.Model;
        int[] matrix = [-1, model.Classes];
        return new
        {
            name = model.Name,
            platform = "onnxruntime_onnx",
            inputs = new[] { new { name = model.Signature.InputName, datatype = TensorDatatypes.Float32, shape = new[] { -1 }.Concat(model.ImageShape) } },
            outputs = service.Outputs.Names.Select(n => n == ModelOutputs.Label
                ? new { name = n, datatype = TensorDatatypes.Bytes, shape = new[] { -1 } }
                : new { name = n, datatype = TensorDatatypes.Float32, shape = matrix }),
            parameters = new
            {
                sha256 = model.Sha256,
                labels = model.Manifest.Labels,
                also_takes = new[] { "UINT8 [N, height, width, 3]: pixels, red first", "BYTES [N]: JPEG or PNG files" },
            },
        };
    }
}
