using EdgeAdapt.Contracts;
using EdgeAdapt.Datasets;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.ParameterSets;

namespace EdgeAdapt.Edge.Core.Tests.Guarding;

/// <summary>The demo's models, frames and publications of parameter sets, good and bad.</summary>
internal static class RoadSignModel
{
    public const string Group = "demo";
    public const string Name = "roadsigns-student";

    public static string StudentPath { get; } = Checkout.Path("deploy", "models", "roadsigns", "student.onnx");

    public static NormalizationModel Student { get; } = NormalizationModel.Of(OnnxModel.Load(StudentPath));

    public static NormalizationModel LoadTeacher() => NormalizationModel.Of(OnnxModel.Load(Checkout.Path("deploy", "models", "roadsigns", "teacher.onnx")));

    /// <summary>Frames <c>[N, 3, 32, 32]</c> of the demo's day, far from what the models were trained on.</summary>
    public static FloatTensor Day(int framesPerPhase) => RoadSignSequence.Day(1_000_007, framesPerPhase).Render().ToTensor(Normalization.ImageNet);

    public static MqttMessage Publish(long version, IReadOnlyList<LayerParameters> parameters, string? model = null, DateTimeOffset? reissued = null) =>
        Publish(Set(version, parameters, model, reissued));

    public static MqttMessage Publish(ParameterSet set) =>
        new ParametersPublication { Group = Group, Model = Name, Set = set, Published = DateTimeOffset.UnixEpoch }.ToMessage();

    public static ParameterSet Set(long version, IReadOnlyList<LayerParameters> parameters, string? model = null, DateTimeOffset? reissued = null) => Student.Pack(
        new ParameterSetManifest { BaseModelSha256 = model ?? Student.Model.Sha256, Version = version, Scope = Group, Reissued = reissued }, parameters);

    /// <summary>The ways to be bad that every device must survive, by name.</summary>
    public static IReadOnlyList<LayerParameters> Bad(string kind)
    {
        var random = new Random(7);
        float Normal() => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        int last = Student.Layers.Count - 1;
        return kind switch
        {
            "random" => [.. Student.Source.Select(p => p with { Scale = [.. p.Scale.Select(_ => Normal())], Bias = [.. p.Bias.Select(_ => Normal())] })],
            "shuffled" => [.. Student.Source.Select(p => p with { Scale = Shuffle(p.Scale, random), Bias = Shuffle(p.Bias, random) })],
            "sign-flipped" => [.. Student.Source.Select(p => p with { Scale = [.. p.Scale.Select(v => -v)] })],
            "one class" => [.. Student.Source.Select((p, i) => i < last ? p : p with { Bias = [.. p.Bias.Select(v => v + 20)] })],
            "not a number" => [.. Student.Source.Select((p, i) => i < last ? p : p with { Bias = [float.NaN, .. p.Bias[1..]] })],
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    private static float[] Shuffle(float[] values, Random random)
    {
        float[] shuffled = [.. values];
        random.Shuffle(shuffled);
        return shuffled;
    }
}
