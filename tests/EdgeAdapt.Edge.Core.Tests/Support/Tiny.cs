using EdgeAdapt.Contracts;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Prepared;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.ParameterSets;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Core.Tests;

/// <summary>The tiny classifier, variations of its parameters, and publications of them.</summary>
internal static class Tiny
{
    public const string Group = "night";
    public const string ModelName = "tiny";

    /// <summary>One thread, so that the same session state gives the same bits.</summary>
    public static SessionSettings OneThread { get; } = new() { Threads = 1 };

    public static int[] ImageShape { get; } = [3, TinyImages.Size, TinyImages.Size];

    public static NormalizationModel Model { get; } = NormalizationModel.Of(TinyClassifier.Create());

    /// <summary>What agents make their sessions with: the same parameters give the same bits.</summary>
    public static PreparedModel Prepared { get; } = PreparedModel.TryCreate(Model, ImageShape, OneThread, Path.GetTempPath(), out string? reason) ?? throw new InvalidOperationException(reason);

    /// <summary>Parameters that answer differently for each version.</summary>
    public static IReadOnlyList<LayerParameters> Parameters(long version) =>
    [
        .. Model.Source.Select(p => p with { Scale = [.. p.Scale.Select((v, i) => v * (1 + (0.01f * version * (i + 1))))], Bias = [.. p.Bias.Select(v => v + (0.003f * version))] }),
    ];

    public static ParameterSet Set(long version, IReadOnlyList<LayerParameters>? parameters = null, string? baseModel = null) =>
        Model.Pack(new ParameterSetManifest { BaseModelSha256 = baseModel ?? Model.Model.Sha256, Version = version, Scope = Group }, parameters ?? Parameters(version));

    public static MqttMessage Publish(ParameterSet set) =>
        new ParametersPublication { Group = Group, Model = ModelName, Set = set, Published = DateTimeOffset.UnixEpoch }.ToMessage();

    public static float[] Logits(IReadOnlyList<LayerParameters> parameters, FloatTensor images)
    {
        using ModelSession session = Prepared.Build(parameters);
        return session.Run(new Dictionary<string, FloatTensor> { [Model.Signature.InputName] = images }, [Model.Signature.OutputName])[0].Values;
    }
}
