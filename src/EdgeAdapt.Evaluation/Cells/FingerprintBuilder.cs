using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeAdapt.Adaptation;
using EdgeAdapt.Gradients;
using EdgeAdapt.Imaging;
using EdgeAdapt.Onnx;

namespace EdgeAdapt.Evaluation;

/// <summary>A hash of what a result depends on beside its cell, so that a results folder never mixes two set-ups.</summary>
internal sealed class FingerprintBuilder
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public FingerprintBuilder Add(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(BitConverter.GetBytes(bytes.Length));
        _hash.AppendData(bytes);
        return this;
    }

    public FingerprintBuilder Add(string? text) => Add(Encoding.UTF8.GetBytes(text ?? string.Empty));

    public FingerprintBuilder Add(double number) => Add(number.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>The fingerprint of an evaluation.</summary>
    public static string Of(EvaluationSubject subject, EvaluationOptions options, ConditionImages images)
    {
        var builder = new FingerprintBuilder();
        builder.Add(subject.Student.Model.Sha256).Add(subject.Teacher?.Model.Sha256);
        foreach (float value in subject.Normalization.Mean.Concat(subject.Normalization.StandardDeviation))
        {
            builder.Add(value);
        }

        builder.Add(options.Rounds).Add(options.Concentration);
        images.AddTo(builder);

        // A changed method must not be read from an old file. Builds are deterministic: the same sources have the same module version.
        foreach (Type type in new[] { typeof(FingerprintBuilder), typeof(CemaOptions), typeof(TrainingSession), typeof(OnnxModel), typeof(ImageEncoder) })
        {
            builder.Add(type.Module.ModuleVersionId.ToString());
        }

        return Convert.ToHexStringLower(builder._hash.GetHashAndReset());
    }
}
