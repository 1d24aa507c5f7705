namespace EdgeAdapt.Plots;

/// <summary>The styles of reports: light and dark, plots, tiles and tables.</summary>
public static class ReportStyle
{
    /// <summary>The style sheet, to be put inside a page's <c>style</c> element so that the page needs no other file.</summary>
    public static string Css { get; } = Read();

    private static string Read()
    {
        using Stream stream = typeof(ReportStyle).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
