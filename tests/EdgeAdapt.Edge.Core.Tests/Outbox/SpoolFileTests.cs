using EdgeAdapt.Edge.Core.Outbox;

namespace EdgeAdapt.Edge.Core.Tests.Outbox;

public sealed class SpoolFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _file = [.. SpoolFile.ToParts(Samples.Create(1, 40), new SampleWorth(0.25, 0.75, 1234, Prediction.Of([0.5f, 0.2f, 0.3f]))).SelectMany(p => p.ToArray())];

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
    public void Peek_EveryTruncation_IsNoticed()
    {
        for (int length = 0; length < _file.Length; length++)
        {
            string path = _folder.Write("sample", _file.AsSpan(0, length));
            Assert.True(SpoolFile.Peek(path) is null, $"cut off at {length}");
            Assert.Null(SpoolFile.Parse(_file[..length]));
        }

        SampleWorth worth = SpoolFile.Peek(_folder.Write("sample", _file))!.Worth!;
        Assert.Equal((0.25, 0.75, 1234L), (worth.Information, worth.Novelty, worth.Stamp));
        Assert.Equal([0.5f, 0.2f, 0.3f], worth.Prediction!.Probabilities);
        Assert.Null(SpoolFile.Peek(_folder.Write("sample", [.. _file, 0])));
    }
}
