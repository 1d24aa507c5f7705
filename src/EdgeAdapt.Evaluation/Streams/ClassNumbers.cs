using System.Globalization;
using EdgeAdapt.Datasets;

namespace EdgeAdapt.Evaluation;

/// <summary>The labels of images as the student numbers its classes.</summary>
internal static class ClassNumbers
{
    /// <summary>One number an image.</summary>
    /// <exception cref="DatasetException">A label is beyond the student's classes, or named classes cannot be matched.</exception>
    public static int[] Of(ILabeledImages images, string condition, EvaluationSubject subject)
    {
        int classes = subject.Student.Signature.Classes;
        string student = $"the student '{subject.Student.Model.Name}'";
        int[] labels = images.Labels.ToArray();
        bool named = images.ClassNames.Where((name, k) => name != k.ToString(CultureInfo.InvariantCulture)).Any();
        if (named && subject.ClassNames.Count > 0)
        {
            return Match(images.ClassNames, labels, condition, subject.ClassNames, student);
        }

        // Fewer named classes than the model has, numbered from 0: nothing says which of the model's they are.
        if (named && classes > 0 && images.ClassNames.Count < classes)
        {
            throw new DatasetException(
                $"{condition} has {images.ClassNames.Count} named classes, but {student} has {classes}. List the model's classes as labels in the manifest beside it, so that they can be matched by name.");
        }

        int wrong = classes > 0 ? Array.FindIndex(labels, l => l >= classes) : -1;
        return wrong < 0
            ? labels
            : throw new DatasetException(
                $"Label {wrong} of {condition} is {labels[wrong]}, but {student} has {classes} classes, numbered from 0. Correct the labels, or give the model they belong to.");
    }

    private static int[] Match(IReadOnlyList<string> names, int[] labels, string condition, IReadOnlyList<string> known, string student)
    {
        int[] numbers = [.. names.Select(n => known.ToList().IndexOf(n))];
        string[] strange = [.. names.Where((_, k) => numbers[k] < 0)];
        return strange.Length == 0
            ? Array.ConvertAll(labels, l => numbers[l])
            : throw new DatasetException(
                $"{condition} has the classes {string.Join(", ", strange.Take(5))}{(strange.Length > 5 ? " and others" : string.Empty)}, which {student} does not know. Name the class folders as the labels in the model's manifest.");
    }
}
