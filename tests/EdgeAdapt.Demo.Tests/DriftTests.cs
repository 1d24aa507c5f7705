using EdgeAdapt.Datasets;
using EdgeAdapt.Demo.Streams;

namespace EdgeAdapt.Demo.Tests;

public sealed class DriftTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgeadapt-drift-");

    [Fact]
    public void Write_CorruptionFolder_KeepsFramesAndLabelsTogether()
    {
        // Every frame of file f and index i is filled with 10 f + i, so that it tells where it came from.
        string[] files = ["fog", "gaussian_noise", "clean"];
        for (int f = 0; f < files.Length; f++)
        {
            byte[] pixels = [.. Enumerable.Range(0, 8).SelectMany(i => Enumerable.Repeat((byte)(10 * f + i), 4 * 4 * 3))];
            NpyFile.Write(Path.Combine(_folder.FullName, files[f] + ".npy"), new NpyArray(NpyElementType.UInt8, pixels, 8, 4, 4, 3));
        }

        NpyFile.Write(Path.Combine(_folder.FullName, "labels.npy"), new NpyArray(NpyElementType.UInt8, new byte[] { 7, 6, 5, 4, 3, 2, 1, 0 }, 8));
        var source = new CorruptionDrift(_folder.FullName);
        Assert.Equal(["gaussian noise", "fog", "clean"], source.Phases);

        DriftStream stream = DriftStream.Write(source, "cam-1", Path.Combine(_folder.FullName, "stream.bin"), 5, seed: 3);
        using var reader = NpyFrameReader.Open(stream.File);
        int[] order = [.. Enumerable.Range(0, 15).Select(i => (int)reader.ReadFrame(i)[0])];
        Assert.Equal([1, 0, 2], order.Chunk(5).Select(phase => phase[0] / 10));
        Assert.All(order.Chunk(5), phase => Assert.Equal(5, phase.Distinct().Count()));
        Assert.Equal(order.Select(v => 7 - v % 10), stream.Labels);
    }

    [Fact]
    public void Write_RoadSigns_DependOnTheSeedAlone()
    {
        var source = new RoadSignDrift();
        DriftStream Make(string name, int seed) => DriftStream.Write(source, name, Path.Combine(_folder.FullName, name + ".npy"), 12, seed);
        DriftStream first = Make("a", 5), same = Make("b", 5), other = Make("c", 6);

        Assert.Equal(source.Phases.Count * 12, first.Labels.Count);
        Assert.Equal(File.ReadAllBytes(first.File), File.ReadAllBytes(same.File));
        Assert.NotEqual(File.ReadAllBytes(first.File), File.ReadAllBytes(other.File));
        Assert.Equal("clean", source.Phases[0]);
        Assert.Equal("clean again", source.Phases[^1]);
    }

    [Fact]
    public void Write_MoreThanAGigabyte_IsRefusedBeforeDrawing()
    {
        DemoException fault = Assert.Throws<DemoException>(() => DriftStream.Write(new RoadSignDrift(), "a", "/nowhere/a.npy", 100_000, 1));
        Assert.Contains("--frames-per-phase", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
