using EdgeAdapt.Cloud.Core.Storage;
using EdgeAdapt.ParameterSets;

namespace EdgeAdapt.Cloud.Core.Tests.Storage;

public sealed class ParameterSetHistoryTests : IDisposable
{
    private readonly Workbench _bench = new();

    private string Folder => Path.Combine(_bench.Folder, "versions");

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Store_BeyondLength_DropsTheOldest()
    {
        ParameterSetHistory history = Open(length: 3);
        for (int version = 1; version <= 5; version++)
        {
            Store(history, version);
        }

        Assert.Equal([3L, 4, 5], history.Entries.Select(e => e.Version));
        Assert.Null(history.Read(2));
        Assert.Equal(4, ParameterSetFile.FromBytes(history.Read(4)).Manifest.Version);
        Assert.Equal([3L, 4, 5], Open(length: 3).Entries.Select(e => e.Version));
    }

    [Fact]
    public void RemoveAbove_LaterVersions_AreGoneFromTheDisk()
    {
        ParameterSetHistory history = Open(length: 3);
        Store(history, 1);
        Store(history, 2);
        history.RemoveAbove(1);
        Assert.Equal(1, history.Newest);
        Assert.Single(Directory.GetFiles(Folder));
    }

    [Fact]
    public void Open_DamagedFile_IsLeftOutWithALogEntry()
    {
        Store(Open(3), 1);
        string path = Assert.Single(Directory.GetFiles(Folder));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..30]);
        var log = new CapturedLog();
        Assert.Empty(ParameterSetHistory.Open(Folder, 3, log).Entries);
        Assert.Single(log.Messages);
    }

    private ParameterSetHistory Open(int length) => ParameterSetHistory.Open(Folder, length, new CapturedLog());

    private void Store(ParameterSetHistory history, long version)
    {
        var manifest = new ParameterSetManifest { BaseModelSha256 = _bench.Model.Student.Model.Sha256, Version = version };
        history.Store(manifest, ParameterSetFile.ToBytes(_bench.Model.Student.Pack(manifest, _bench.Model.Student.Source)));
    }
}
