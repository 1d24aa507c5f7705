using EdgeAdapt.Edge.Core.Reporting;

namespace EdgeAdapt.Edge.Core.Tests.Reporting;

public sealed class ReportWriterTests : IDisposable
{
    private const int Room = 8000;
    private readonly TemporaryFolder _folder = new();
    private readonly ListLogger _logger = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_LongerThanItsRoom_KeepsTheNewestLinesWhole()
    {
        string path = _folder.File("report.jsonl"), older = path + ReportWriter.OlderSuffix;
        using var report = new ReportWriter(path, Room, _logger);
        for (int i = 0; i < 1000; i++)
        {
            report.Write(new AnswerLine { Frame = i });
            Assert.InRange(Directory.EnumerateFiles(_folder.Path).Sum(f => new FileInfo(f).Length), 1, Room);
        }

        long[] frames = [.. ReportLines.Of(older, "answer").Concat(ReportLines.Of(path, "answer")).Select(l => l.GetProperty("frame").GetInt64())];
        Assert.Equal(Enumerable.Range(1000 - frames.Length, frames.Length).Select(i => (long)i), frames);
        Assert.InRange(frames.Length, 20, 1000);
        Assert.InRange(new FileInfo(older).Length, (Room / 2) - 200, Room / 2);
        Assert.Empty(_logger.Lines);
    }

    [Fact]
    public void Open_ReportOfAnEarlierRun_ReplacesBothItsFiles()
    {
        string path = _folder.Write("report.jsonl", [1]);
        _folder.Write("report.jsonl.1", [1]);
        using var report = new ReportWriter(path, Room, _logger);
        Assert.Equal([path], Directory.EnumerateFiles(_folder.Path));
        Assert.Equal(0, new FileInfo(path).Length);
    }

    [Fact]
    public void Write_FileCannotBeBegunAnew_EndsTheReportAlone()
    {
        string path = _folder.File("report.jsonl");
        using var report = new ReportWriter(path, Room, _logger);
        Directory.CreateDirectory(path + ReportWriter.OlderSuffix);
        for (int i = 0; i < 1000; i++)
        {
            report.Write(new AnswerLine { Frame = i });
        }

        Assert.Single(_logger.Lines);
        Assert.InRange(new FileInfo(path).Length, 1, Room / 2);
    }
}
