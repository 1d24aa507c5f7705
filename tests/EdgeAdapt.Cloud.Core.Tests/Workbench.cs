using EdgeAdapt.Adaptation;
using EdgeAdapt.Cloud.Core.Models;
using EdgeAdapt.Cloud.Core.Sessions;
using EdgeAdapt.Cloud.Core.Storage;
using EdgeAdapt.Contracts;
using EdgeAdapt.Datasets;
using EdgeAdapt.Imaging;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.Testing.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAdapt.Cloud.Core.Tests;

/// <summary>A tiny model with its teacher, a state folder and uploads: what every test of the core works on.</summary>
internal sealed class Workbench : IDisposable
{
    public const int Batch = 8;
    public const string ModelName = "tiny";
    private static readonly Lazy<NormalizationModel> LazyStudent = new(() => NormalizationModel.Of(TinyClassifier.Create(seed: 1)));
    private static readonly Lazy<NormalizationModel> LazyTeacher = new(() => NormalizationModel.Of(TinyClassifier.Create(seed: 2, channels: 24)));
    private readonly Random _random = new(7);

    public Workbench(CemaOptions? options = null, AdaptationSessionOptions? keep = null)
    {
        var manifest = new ModelManifest
        {
            Name = ModelName,
            Height = TinyImages.Size,
            Width = TinyImages.Size,
            Resize = TinyImages.Size,
            Normalization = new Normalization([0, 0, 0], [1, 1, 1]),
            Classes = TinyImages.Classes,
        };
        Model = new ServedModel(manifest, LazyStudent.Value, LazyTeacher.Value, options ?? Options);
        Keep = keep ?? new AdaptationSessionOptions();
    }

    public static CemaOptions Options { get; } = CemaOptions.Default with { CloudBatch = Batch, ReplayMinimum = 16, ReplayCapacity = 64 };

    public static SessionSettings Training { get; } = new() { Threads = 1 };

    public string Folder { get; } = Directory.CreateTempSubdirectory("edgeadapt-cloud-").FullName;

    public ServedModel Model { get; }

    public AdaptationSessionOptions Keep { get; }

    public SettableTime Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public AdaptationSession OpenSession(string group = "default") => AdaptationSession.Open(
        new SessionKey(ModelName, group), Model, Path.Combine(Folder, group), Keep, new TensorCache(Keep.CacheBytes), Time, NullLogger.Instance);

    public AdaptationEngine NewEngine() => new(Model, Training);

    /// <summary>Another picture at each call, as the encoded frame that a device uploads.</summary>
    public byte[] NextPicture() =>
        NpyFile.ToBytes(NpyArray.Of(TinyImages.Render(_random.Next(), 1, gain: 0.6, offset: 0.3).Frames, TinyImages.Size, TinyImages.Size, 3));

    public SampleUpload NextUpload(string device = "cam-1", string group = "default", byte[]? content = null)
    {
        content ??= NextPicture();
        return new SampleUpload
        {
            Id = ContentHash.IdOf(content),
            Device = device,
            Group = group,
            Model = ModelName,
            BaseModelSha256 = Model.Student.Model.Sha256,
            ParameterVersion = 0,
            Entropy = 0.5f,
            ContentType = ContentTypes.NpyFrame,
            Content = content,
            Captured = Time.GetUtcNow(),
        };
    }

    public SampleContent NextSample()
    {
        SampleUpload upload = NextUpload();
        return new SampleContent { Id = upload.Id, Device = upload.Device, ContentType = upload.ContentType, Content = upload.Content };
    }

    public SampleContent[] NextSamples(int count) => [.. Enumerable.Range(0, count).Select(_ => NextSample())];

    public void Dispose()
    {
        Model.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
