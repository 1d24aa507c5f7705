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

    /// <summary>Parameters that would ruin the student, see <see cref="BadParameters"/>.</summary>
    public static IReadOnlyList<LayerParameters> Bad(string kind) => BadParameters.Of(Student, kind);
}
