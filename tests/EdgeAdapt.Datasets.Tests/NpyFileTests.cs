using System.Text;

namespace EdgeAdapt.Datasets.Tests;

public sealed class NpyFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_EveryElementType_ReadsBackTheSame()
    {
        NpyArray[] arrays =
        [
            NpyArray.Of(new byte[] { 0, 127, 255 }, 3),
            NpyArray.Of(new[] { int.MinValue, -1, int.MaxValue, 5 }, 2, 2),
            NpyArray.Of(new[] { long.MinValue, long.MaxValue }, 1, 2, 1),
            NpyArray.Of(new[] { float.NaN, -0f, float.Epsilon }, 3, 1),
            NpyArray.Of(new[] { double.NegativeInfinity, Math.PI }, 2),
            NpyArray.Of(new[] { 42.0 }),
            NpyArray.Of(Array.Empty<float>(), 0, 7),
        ];
        foreach (NpyArray array in arrays)
        {
            NpyFile.Write(_folder.File("a.npy"), array);
            NpyArray read = NpyFile.Read(_folder.File("a.npy"));
            Assert.Equal(array.ElementType, read.ElementType);
            Assert.Equal(array.Shape, read.Shape);
            Assert.Equal(array.Bytes.ToArray(), read.Bytes.ToArray());
        }
    }

    /// <summary>The bytes that numpy.save(numpy.array([[1, -2], [3, 4]], dtype=numpy.int32)) of NumPy 1.24 writes.</summary>
    [Fact]
    public void ToBytes_OfAnArray_AreThoseOfNumPy()
    {
        string header = "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 2), }".PadRight(117) + "\n";
        byte[] numpy = [0x93, .. "NUMPY"u8, 1, 0, 0x76, 0, .. Encoding.ASCII.GetBytes(header), 1, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 3, 0, 0, 0, 4, 0, 0, 0];
        Assert.Equal(numpy, NpyFile.ToBytes(NpyArray.Of(new[] { 1, -2, 3, 4 }, 2, 2)));
        Assert.Equal([1, -2, 3, 4], NpyFile.Parse(numpy, "x").ToLongs());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Parse_EveryFormatVersion_ReadsTheArray(byte version)
    {
        NpyArray array = NpyFile.Parse(File(version, "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }", [7, 8, 9]), "x");
        Assert.Equal([7L, 8, 9], array.ToLongs());
        Assert.Equal([3L], array.Shape);
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 1), }", "numpy.ascontiguousarray")]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", "newbyteorder")]
    [InlineData("{'descr': '<f2', 'fortran_order': False, 'shape': (2,), }", "astype")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "astype")]
    [InlineData("{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (1,), }", "plain array")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "copy it again")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }", "one array a file")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "impossible shape")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", "impossible shape")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775808,), }", "impossible shape")]
    [InlineData("garbage", "numpy.save")]
    public void Parse_UnreadableHeader_NamesFileAndRemedy(string header, string remedy)
    {
        NpyFormatException e = Assert.Throws<NpyFormatException>(() => NpyFile.Parse(File(1, header, [0, 0, 0, 0]), "bad.npy"));
        Assert.Contains("bad.npy", e.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0x93, 0x4E })]
    [InlineData(new byte[] { 0x50, 0x4B, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0 })]
    public void Parse_NoNumPyFile_SaysSo(byte[] bytes) =>
        Assert.Contains("not a NumPy file", Assert.Throws<NpyFormatException>(() => NpyFile.Parse(bytes, "x")).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_FileCutAnywhere_IsRefused()
    {
        byte[] whole = NpyFile.ToBytes(NpyArray.Of(new[] { 1f, 2f }, 2));
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Throws<NpyFormatException>(() => NpyFile.Parse(whole.AsMemory(0, length), "x"));
        }
    }

    [Theory]
    [InlineData(0, "version 0")]
    [InlineData(4, "version 4")]
    public void Parse_UnknownFormatVersion_SaysSo(byte version, string expected) =>
        Assert.Contains(
            expected,
            Assert.Throws<NpyFormatException>(() => NpyFile.Parse(File(version, "{}", []), "x")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Parse_HeaderLongerThanTheLimit_IsRefusedWithoutAllocating()
    {
        byte[] bytes = [0x93, .. "NUMPY"u8, 2, 0, 0xFF, 0xFF, 0xFF, 0xFF];
        Assert.Throws<NpyFormatException>(() => NpyFile.Parse(bytes, "x"));
    }

    [Fact]
    public void Read_MissingFile_NamesIt() =>
        Assert.Contains("absent.npy", Assert.Throws<NpyFormatException>(() => NpyFile.Read(_folder.File("absent.npy"))).Message, StringComparison.Ordinal);

    [Fact]
    public void ToLongs_OfFloats_IsMisuse() =>
        Assert.Throws<InvalidOperationException>(() => NpyArray.Of(new[] { 1f }, 1).ToLongs());

    [Fact]
    public void ToFloats_OfEveryType_ConvertsValues()
    {
        Assert.Equal([255f], NpyArray.Of(new byte[] { 255 }, 1).ToFloats());
        Assert.Equal([-3f], NpyArray.Of(new[] { -3 }, 1).ToFloats());
        Assert.Equal([-4f], NpyArray.Of(new[] { -4L }, 1).ToFloats());
        Assert.Equal([0.5f], NpyArray.Of(new[] { 0.5 }, 1).ToFloats());
    }

    private static byte[] File(byte version, string header, byte[] data)
    {
        byte[] text = Encoding.ASCII.GetBytes(header);
        byte[] length = version == 1 ? [(byte)text.Length, 0] : [(byte)text.Length, 0, 0, 0];
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. text, .. data];
    }
}
