using System.Text;
using EdgeAdapt.Demo.Reports;

namespace EdgeAdapt.Demo.Tests;

public sealed class ReportFileTailTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgeadapt-tail-");

    private string File => Path.Combine(_folder.FullName, "report.jsonl");

    [Fact]
    public void ReadNew_GrowingFile_ReturnsEachLineOnceAndWhole()
    {
        using var tail = new ReportFileTail(File);
        Assert.Empty(tail.ReadNew());

        // The character of two bytes is cut in its middle, the second line is unfinished.
        byte[] bytes = Encoding.UTF8.GetBytes("über\nsecond\nthird");
        Append(bytes.AsSpan(0, 1));
        Assert.Empty(tail.ReadNew());
        Append(bytes.AsSpan(1));
        Assert.Equal(["über", "second"], tail.ReadNew());
        Assert.Empty(tail.ReadNew());
        Append("\n"u8);
        Assert.Equal(["third"], tail.ReadNew());
    }

    [Fact]
    public void ReadNew_MoreThanOneBlock_ReturnsAllLines()
    {
        string[] lines = [.. Enumerable.Range(0, 9000).Select(i => $"line {i} with some words behind it")];
        System.IO.File.WriteAllLines(File, lines);
        using var tail = new ReportFileTail(File);
        Assert.Equal(lines, tail.ReadNew());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void Append(ReadOnlySpan<byte> bytes)
    {
        using FileStream stream = new(File, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        stream.Write(bytes);
    }
}
