using EdgeAdapt.Cloud.Core.Models;

namespace EdgeAdapt.Cloud.Service.Api;

/// <summary>The models that the service adapts.</summary>
internal static class ModelEndpoints
{
    public static void MapModels(this WebApplication app) =>
        app.MapGet("/api/v1/models", (CloudRuntime runtime) => new { models = runtime.Sessions.Models.Values.Select(m => Describe(m, runtime)) });

    private static object Describe(ServedModel model, CloudRuntime runtime) => new
    {
        name = model.Name,
        sha256 = model.Student.Model.Sha256,
        teacherSha256 = model.Teacher.Model.Sha256,
        classes = model.Manifest.Classes,
        labels = model.Manifest.Labels,
        input = new[] { 3, model.Manifest.Height, model.Manifest.Width },
        normalizationLayers = model.Student.Layers.Count,
        parameters = model.Student.Layers.Sum(l => 2L * (l.Channels + l.StatisticsLength)),
        groups = runtime.Sessions.All.Where(s => s.Key.Model == model.Name).Select(s => s.Key.Group),
    };
}
