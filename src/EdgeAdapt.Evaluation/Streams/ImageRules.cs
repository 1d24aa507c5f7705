using EdgeAdapt.Datasets;
using EdgeAdapt.Onnx;

namespace EdgeAdapt.Evaluation;

/// <summary>Whether images, labels and models fit together; asked before any work starts.</summary>
internal static class ImageRules
{
    /// <summary>Refuses images of a condition that do not fit the others or the student.</summary>
    public static void Check(ILabeledImages images, ILabeledImages first, string condition, EvaluationSubject subject, IReadOnlyList<UploadEncoding> uploads)
    {
        ClassifierSignature signature = subject.Student.Signature;
        string student = $"the student '{subject.Student.Model.Name}'";
        if ((images.Height, images.Width, images.Channels) != (first.Height, first.Width, first.Channels))
        {
            throw new DatasetException($"{condition} has images of {Size(images)}, other conditions of {Size(first)}. Give conditions of one size.");
        }

        if (images.Channels != subject.Normalization.Channels)
        {
            throw new DatasetException($"The images have {images.Channels} channels, but mean and standard deviation are given for {subject.Normalization.Channels}. Give one of each a channel.");
        }

        if (Differs(signature.Channels, images.Channels) || Differs(signature.Height, images.Height) || Differs(signature.Width, images.Width))
        {
            throw new DatasetException(
                $"{condition} has images of {Size(images)}, but {student} takes {signature.Height} x {signature.Width} x {signature.Channels}. Give images of that size (height, width, channels).");
        }

        if (uploads.Any(u => u.Format != UploadFormat.Raw) && images.Channels != 3)
        {
            throw new DatasetException($"Images of {images.Channels} channels cannot be uploaded as PNG or JPEG. Count raw pixels.");
        }
    }

    /// <summary>Refuses a teacher that speaks of other classes than the student.</summary>
    public static void CheckTeacher(EvaluationSubject subject)
    {
        int student = subject.Student.Signature.Classes;
        int teacher = subject.Teacher?.Signature.Classes ?? 0;
        if (Differs(student, teacher))
        {
            throw new OnnxModelException(
                $"The student '{subject.Student.Model.Name}' has {student} classes, the teacher '{subject.Teacher!.Model.Name}' {teacher}. Give models with the same classes.");
        }
    }

    // A model may leave a dimension open (0 or below); then there is nothing to compare.
    private static bool Differs(int a, int b) => a > 0 && b > 0 && a != b;

    private static string Size(ILabeledImages images) => $"{images.Height} x {images.Width} x {images.Channels}";
}
