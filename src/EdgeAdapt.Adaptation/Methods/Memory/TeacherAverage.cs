using EdgeAdapt.Gradients;
using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Adaptation;

/// <summary>Arithmetic on the parameters of a student and of the teacher that follows it.</summary>
internal static class TeacherAverage
{
    /// <summary>γ and β of the teacher, moved by a share towards the student's; running statistics stay.</summary>
    public static IReadOnlyList<LayerParameters> Follow(IReadOnlyList<LayerParameters> teacher, IReadOnlyList<LayerParameters> student, float share)
    {
        LayerGradient[] way = LayerGradients.Combine(LayerGradients.Of(student), LayerGradients.Of(teacher), (s, t) => s - t);
        return LayerGradients.Move(teacher, way, share);
    }

    /// <summary>The running statistics, one entry a layer.</summary>
    public static IReadOnlyList<LayerStatistics> Statistics(IReadOnlyList<LayerParameters> parameters) =>
        [.. parameters.Select(p => new LayerStatistics(p.Mean, p.Variance))];

    /// <summary>The parameters with other running statistics.</summary>
    public static IReadOnlyList<LayerParameters> With(IReadOnlyList<LayerParameters> parameters, IReadOnlyList<LayerStatistics> statistics) =>
        [.. parameters.Zip(statistics, (p, s) => p with { Mean = s.Mean, Variance = s.Variance })];
}
