using EdgeAdapt.Datasets;

namespace EdgeAdapt.Cli.Tests;

public sealed class CorruptVerbTests : IDisposable
{
    private readonly CommandLine _command = new();

    [Fact]
    public async Task Corrupt_NpyImages_WritesAFolderSheetAndJson()
    {
        string images = WriteImages(12, 32);
        CommandLineResult result = await CommandLine.RunAsync(
            "corrupt", "--images", images, "--out", _command.File("out"), "--corruptions", "fog,drifts", "--severity", "1,5",
            "--sheet", _command.File("sheet.png"), "--json", _command.File("files.json"));
        result.AssertSucceeds();
        CorruptionFolder folder = CorruptionFolder.Open(_command.File("out"));
        Assert.Equal(["fog", "day_night", "lens_dirt", "vignetting", "water_drops", "clean"], folder.Corruptions);
        Assert.Equal(24, folder.Count);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(_command.File("sheet.png"))[..4]);
        Assert.Contains("\"name\": \"fog\"", await File.ReadAllTextAsync(_command.File("files.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Corrupt_Compare_FindsItsOwnImagesEqual()
    {
        string images = WriteImages(10, 32);
        (await CommandLine.RunAsync("corrupt", "--images", images, "--out", _command.File("out"), "--corruptions", "contrast,zoom_blur", "--severity", "3")).AssertSucceeds();
        CommandLineResult result = await CommandLine.RunAsync("corrupt", "--compare", _command.File("out"), "--severity", "3");
        result.AssertSucceeds();
        Assert.Contains("contrast", result.Output, StringComparison.Ordinal);
        Assert.Equal(2, result.Output.Split('\n').Count(line => line.Contains("deterministic", StringComparison.Ordinal) && line.Contains("0.000", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("--corruptions", "rust", "rust")]
    [InlineData("--severity", "6", "severities")]
    [InlineData("--severity", "x", "--severity")]
    [InlineData("--threads", "-1", "threads")]
    [InlineData("--compare", "here", "--images")]
    public async Task Corrupt_BadOption_IsRefused(string option, string value, string word)
    {
        CommandLineResult result = await CommandLine.RunAsync("corrupt", "--images", WriteImages(2, 32), "--out", _command.File("out"), option, value);
        result.AssertFails(ExitCode.Usage, word);
    }

    [Fact]
    public async Task Corrupt_NothingToDo_IsRefused() =>
        (await CommandLine.RunAsync("corrupt", "--images", WriteImages(2, 32))).AssertFails(ExitCode.Usage, "--out");

    [Fact]
    public async Task Corrupt_OutIsTheInputsFolder_IsRefused()
    {
        string images = WriteImages(2, 32);
        (await CommandLine.RunAsync("corrupt", "--images", images, "--out", Path.GetDirectoryName(images)!)).AssertFails(ExitCode.Usage, "--out");
    }

    [Fact]
    public async Task Corrupt_ImagesTooSmall_NamesTheSize() =>
        (await CommandLine.RunAsync("corrupt", "--images", WriteImages(2, 4), "--out", _command.File("out"))).AssertFails(ExitCode.Failure, "4 x 4");

    public void Dispose() => _command.Dispose();

    private string WriteImages(int count, int side)
    {
        string path = _command.File("images.npy");
        NpyFile.Write(path, NpyArray.Of([.. Enumerable.Range(0, count * side * side * 3).Select(i => (byte)(i * 31 / 7))], count, side, side, 3));
        NpyFile.Write(_command.File("labels.npy"), NpyArray.Of([.. Enumerable.Range(0, count).Select(i => (long)(i % 2))], count));
        return path;
    }
}
