using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using EdgeAdapt.Datasets;
using EdgeAdapt.Onnx;

namespace EdgeAdapt.Imaging;

/// <summary>The JSON form of <see cref="ModelManifest"/> and its validation.</summary>
internal static partial class ModelManifestFile
{
    private const int LargestSide = 4096;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        NumberHandling = JsonNumberHandling.Strict,
    };

    public static ModelManifest Load(string modelPath, Normalization? normalization)
    {
        ArgumentNullException.ThrowIfNull(modelPath);
        ClassifierSignature signature = ClassifierSignature.Of(OnnxModel.Load(modelPath));
        string path = Path.ChangeExtension(modelPath, ".json");
        Document document = File.Exists(path) ? Read(path) : new Document();
        var faults = new List<string>();
        ModelManifest manifest = Create(document, signature, modelPath, normalization, faults);
        return faults.Count == 0
            ? manifest
            : throw new ModelManifestException(File.Exists(path)
                ? $"The model manifest '{path}' cannot be used. {string.Join(" ", faults)}"
                : $"'{modelPath}' needs a manifest '{Path.GetFileName(path)}' beside it. {string.Join(" ", faults)}");
    }

    private static Document Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Document>(File.ReadAllBytes(path), Json)
                ?? throw new ModelManifestException($"The model manifest '{path}' is empty. Write a JSON object into it, or delete it to use the defaults.");
        }
        catch (JsonException e)
        {
            throw new ModelManifestException($"The model manifest '{path}' is not what was expected: {e.Message} Correct it, or delete it to use the defaults.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelManifestException($"Cannot read the model manifest '{path}': {e.Message} Check its permissions.", e);
        }
    }

    private static ModelManifest Create(
        Document document, ClassifierSignature signature, string modelPath, Normalization? normalization, List<string> faults)
    {
        int height = Side(document.Input?.Height, signature.Height, "height", faults);
        int width = Side(document.Input?.Width, signature.Width, "width", faults);
        int shorter = Math.Max(height, width);
        ImageCrop crop = document.Crop switch
        {
            null or "center" => ImageCrop.Center,
            "none" => ImageCrop.None,
            _ => Fault(faults, $"crop is \"{document.Crop}\"; write \"center\" or \"none\".", ImageCrop.Center),
        };
        if (document.Resize is { } resize && (resize < shorter || resize > LargestSide))
        {
            faults.Add($"resize is {resize}; the shorter side must be between the crop's longer one ({shorter}) and {LargestSide} pixels.");
        }

        if (signature.Channels is not (0 or 3))
        {
            faults.Add($"The model takes {signature.Channels} channels; images are decoded to 3 (RGB). Export the model with 3 channels.");
        }

        return new ModelManifest
        {
            Name = NameOf(document.Name, modelPath, faults),
            Height = height,
            Width = width,
            Resize = document.Resize ?? shorter,
            Crop = crop,
            Normalization = normalization ?? NormalizationOf(document, faults),
            Labels = LabelsOf(document, signature, faults),
            Classes = ClassesOf(document, signature, faults),
        };
    }

    private static int Side(int? manifest, int model, string what, List<string> faults)
    {
        if (manifest is { } given && (given is < 1 or > LargestSide))
        {
            return Fault(faults, $"input.{what} is {given}; write 1 to {LargestSide} pixels.", 1);
        }

        return (manifest, model) switch
        {
            (null, 0) => Fault(faults, $"The model leaves its {what} open: write input.{what} into the manifest.", 1),
            ({ } other, > 0) when other != model => Fault(faults, $"input.{what} is {other}, but the model takes {model}.", model),
            _ => manifest ?? model,
        };
    }

    private static string NameOf(string? given, string modelPath, List<string> faults)
    {
        if (given is null)
        {
            string name = NotInNames().Replace(Path.GetFileNameWithoutExtension(modelPath), "_");
            return name.Length == 0 ? "model" : name;
        }

        return given.Length is > 0 and <= 64 && !NotInNames().IsMatch(given)
            ? given
            : Fault(faults, $"name is \"{given}\"; write 1 to 64 letters, digits, '_' or '-' (it becomes a level of MQTT topics).", "model");
    }

    private static Normalization NormalizationOf(Document document, List<string> faults)
    {
        if (document.Mean is null && document.Std is null)
        {
            return Normalization.ImageNet;
        }

        if (document.Mean is not { Length: 3 } mean || document.Std is not { Length: 3 } deviation)
        {
            return Fault(faults, "mean and std go together, three numbers each (red, green, blue).", Normalization.ImageNet);
        }

        return mean.All(float.IsFinite) && deviation.All(d => float.IsFinite(d) && d > 0)
            ? new Normalization(mean, deviation)
            : Fault(faults, "mean must be finite and std above 0, in units of pixel / 255.", Normalization.ImageNet);
    }

    private static string[] LabelsOf(Document document, ClassifierSignature signature, List<string> faults)
    {
        string[] labels = document.Labels ?? [];
        if (labels.Any(string.IsNullOrWhiteSpace))
        {
            faults.Add("labels has an empty name; write one name a class.");
        }

        int classes = document.Classes ?? signature.Classes;
        if (labels.Length > 0 && classes > 0 && labels.Length != classes)
        {
            faults.Add($"labels has {labels.Length} names for {classes} classes; write one name a class, in the order of the logits.");
        }

        return labels;
    }

    private static int ClassesOf(Document document, ClassifierSignature signature, List<string> faults)
    {
        if (document.Classes is { } classes && (classes < 2 || (signature.Classes > 0 && classes != signature.Classes)))
        {
            faults.Add(signature.Classes > 0
                ? $"classes is {classes}, but the model has {signature.Classes}."
                : $"classes is {classes}; write 2 or more.");
        }

        return document.Classes ?? (signature.Classes > 0 ? signature.Classes : document.Labels?.Length ?? 0);
    }

    private static T Fault<T>(List<string> faults, string message, T otherwise)
    {
        faults.Add(message);
        return otherwise;
    }

    [GeneratedRegex("[^A-Za-z0-9_-]")]
    private static partial Regex NotInNames();

    private sealed record Document
    {
        public string? Name { get; init; }

        public InputSize? Input { get; init; }

        public int? Resize { get; init; }

        public string? Crop { get; init; }

        public float[]? Mean { get; init; }

        public float[]? Std { get; init; }

        public string[]? Labels { get; init; }

        public int? Classes { get; init; }
    }

    private sealed record InputSize(int? Height, int? Width);
}
