using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Inference;
using EdgeAdapt.Imaging;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Edge.Core.Preflight;

/// <summary>Loads the model and its manifest and runs it once. What is loaded stays for the checks after it, until disposal.</summary>
internal sealed class ModelCheck(EdgeAgentOptions options) : IDisposable
{
    /// <summary>The model's topic name; null where it has none that can be used.</summary>
    public string? Name { get; private set; }

    /// <summary>How pictures become its input; null where nothing says.</summary>
    public ModelManifest? Manifest { get; private set; }

    /// <summary>Answers; null where the model does not.</summary>
    public ActiveModel? Active { get; private set; }

    public IEnumerable<CheckFinding> Run()
    {
        if (!File.Exists(options.Model))
        {
            yield break;
        }

        NormalizationModel? model = Try(() => NormalizationModel.Of(OnnxModel.Load(options.Model)), out string fault);
        if (model is null)
        {
            yield return CheckFinding.Fail("model", fault);
            yield break;
        }

        yield return OfBatch(model);
        ModelManifest? manifest = Try(() => ModelManifest.Load(options.Model, options.Normalization), out fault);
        if (manifest is null)
        {
            yield return CheckFinding.Fail("manifest", fault);
            yield break;
        }

        Manifest = manifest;
        Name = Topics.IsName(manifest.Name) ? manifest.Name : null;
        yield return Name is null ? CheckFinding.Fail("manifest", AgentParts.NameFault(manifest.Name)) : OfManifest(manifest);
        Active = Try(() => new ActiveModel(model, model.Source, 0, 0, [3, manifest.Height, manifest.Width], new SessionSettings { Threads = options.Threads }), out fault);
        yield return Active is null ? CheckFinding.Fail("session", fault)
            : Active.Classes < 2 ? CheckFinding.Fail("session", AgentParts.ClassesFault(options.Model, Active.Classes))
            : CheckFinding.Ok("session", $"answers a blank picture with {Active.Classes} finite logits");
    }

    /// <inheritdoc/>
    public void Dispose() => Active?.Dispose();

    private CheckFinding OfBatch(NormalizationModel model) => model.Signature.FixedBatch > 1
        ? CheckFinding.Fail("model", AgentParts.BatchFault(options.Model, model.Signature.FixedBatch))
        : CheckFinding.Ok("model", $"{model.Layers.Count} normalization layers, {model.Layers.Count(l => l.HasStatistics)} with statistics; SHA-256 {model.Model.Sha256}");

    private CheckFinding OfManifest(ModelManifest manifest)
    {
        string text = $"'{manifest.Name}', pictures of {manifest.Height} x {manifest.Width}, {manifest.Labels.Count} labels";
        return File.Exists(Path.ChangeExtension(options.Model, ".json")) || options.Normalization is not null ? CheckFinding.Ok("manifest", text) : CheckFinding.Warn(
            "manifest", $"None beside the model: {text}, mean and deviation of ImageNet are assumed. Write {Path.GetFileName(Path.ChangeExtension(options.Model, ".json"))}, or give --mean and --std.");
    }

    private static T? Try<T>(Func<T> load, out string fault)
        where T : class
    {
        try
        {
            fault = string.Empty;
            return load();
        }
        catch (Exception e) when (e is OnnxModelException or ModelManifestException or IOException or UnauthorizedAccessException)
        {
            fault = e.Message;
            return null;
        }
    }
}
