using EdgeAdapt.Edge.Core.Outbox;

namespace EdgeAdapt.Edge.Core.Tests.Outbox;

public sealed class SpoolFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _file = [.. SpoolFile.ToParts(Samples.Create(1, 40)).SelectMany(p => p.ToArray())];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Parse_EveryFlippedByte_IsRefused()
    {
        Assert.NotNull(SpoolFile.Parse(_file));
        for (int i = 0; i < _file.Length; i++)
        {
            byte[] damaged = [.. _file];
            damaged[i] ^= 0x40;
            Assert.Null(SpoolFile.Parse(damaged));
        }
    }

    [Fact]
    public void IsWhole_EveryTruncation_IsNoticed()
    {
        for (int length = 0; length < _file.Length; length++)
        {
            string path = _folder.Write("sample", _file.AsSpan(0, length));
            Assert.False(SpoolFile.IsWhole(path), $"cut off at {length}");
            Assert.Null(SpoolFile.Parse(_file[..length]));
        }

        Assert.True(SpoolFile.IsWhole(_folder.Write("sample", _file)));
        Assert.False(SpoolFile.IsWhole(_folder.Write("sample", [.. _file, 0])));
    }
}
