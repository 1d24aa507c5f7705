namespace EdgeAdapt.Evaluation;

/// <summary>Figures and sentences that all forms of the report share.</summary>
public static class ReportText
{
    /// <summary>An accuracy in percent, two decimals; a dash for none.</summary>
    public static string Percent(double? fraction) => fraction is { } f ? (100 * f).ToString("F2") : "-";

    /// <summary>A share in percent, one decimal; a dash for none.</summary>
    public static string Share(double? fraction) => fraction is { } f ? (100 * f).ToString("F1") : "-";

    /// <summary>Bytes in kB (powers of ten), no decimals.</summary>
    public static string Kilobytes(long bytes) => (bytes / 1000.0).ToString("N0");

    /// <summary>How bytes were counted.</summary>
    public static string Account(EvaluationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        string upload = report.Rows.Any(r => r.Upload is not null) ? "uploaded images in the form that is named" : UploadEncoding.Parse(report.Upload)?.Description ?? report.Upload;
        string parameters = report.Parameters == ParameterEncoding.Float32 ? "float32" : "float16";
        return $"Up: {upload}, and statistics where sent; down: parameter sets in {parameters}, {report.ParameterSetBytes:N0} bytes each.";
    }

    /// <summary>What was measured.</summary>
    public static string Setup(EvaluationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        ulong[] seeds = [.. report.Rows.Select(r => r.Seed).Distinct()];
        return $"{report.Images} images each of {Path.GetFileName(report.Data.TrimEnd('/'))}; student {Path.GetFileName(report.Student)}{(report.Teacher is { } t ? $", teacher {Path.GetFileName(t)}" : string.Empty)}; " +
            $"seed{(seeds.Length > 1 ? "s" : string.Empty)} {string.Join(", ", seeds)}.";
    }
}
