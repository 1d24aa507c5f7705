using EdgeAdapt.Storage;
using EdgeAdapt.Cloud.Core.Storage;

namespace EdgeAdapt.Cloud.Core.Tests.Storage;

public sealed class StateFolderTests : IDisposable
{
    private readonly Workbench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Open_Twice_SaysThatAnotherProcessHasIt()
    {
        using StateFolder first = StateFolder.Open(_bench.Folder);
        StateFolderException e = Assert.Throws<StateFolderException>(() => StateFolder.Open(_bench.Folder));
        Assert.Contains("Another process", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AFile_NamesTheRemedy()
    {
        string file = Path.Combine(_bench.Folder, "file");
        File.WriteAllText(file, string.Empty);
        Assert.Contains("--state", Assert.Throws<StateFolderException>(() => StateFolder.Open(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ClientId_AfterReopening_IsTheSame()
    {
        string first;
        using (StateFolder state = StateFolder.Open(_bench.Folder))
        {
            first = state.ClientId();
        }

        using StateFolder again = StateFolder.Open(_bench.Folder);
        Assert.Equal(first, again.ClientId());
        using StateFolder other = StateFolder.Open(Path.Combine(_bench.Folder, "other"));
        Assert.NotEqual(first, other.ClientId());
    }
}
