using System.Buffers.Binary;
using System.Text;
using EdgeAdapt.ParameterSets;

namespace EdgeAdapt.Contracts.Tests;

public sealed class ParameterSetFileTests
{
    private const string Manifest = "{\"schema\":\"edgeadapt.parameters.v1\",\"baseModelSha256\":\"a\",\"version\":1}";

    [Fact]
    public void FromBytes_OwnBytes_GivesTheSetBackToTheLastBit()
    {
        var tensors = new Dictionary<string, float[]>
        {
            ["z"] = [float.NaN, float.NegativeInfinity, -0f, float.Epsilon, float.MaxValue],
            ["a \"quoted\" ünïcode/name"] = [1],
            ["none"] = [],
        };
        var set = new ParameterSet(Samples.Set.Manifest, tensors);

        ParameterSet read = ParameterSetFile.FromBytes(ParameterSetFile.ToBytes(set));

        Assert.Equal(set.Manifest, read.Manifest);
        Assert.Equal(tensors.Keys.Order(StringComparer.Ordinal), read.Tensors.Keys.Order(StringComparer.Ordinal));
        Assert.All(tensors, t => Assert.Equal(t.Value.Select(BitConverter.SingleToInt32Bits), read.Tensors[t.Key].Select(BitConverter.SingleToInt32Bits)));
        Assert.Equal(6, read.ValueCount);
    }

    [Fact]
    public void ToBytes_SameTensorsInAnotherOrder_GivesTheSameBytes()
    {
        ParameterSet set = Samples.Set;
        var reversed = new ParameterSet(set.Manifest, set.Tensors.Reverse().ToDictionary());

        Assert.Equal(ParameterSetFile.ToBytes(set), ParameterSetFile.ToBytes(reversed));
    }

    [Fact]
    public void ToBytes_AnySet_StartsItsDataAtAMultipleOf8()
    {
        for (int length = 1; length < 20; length++)
        {
            byte[] bytes = ParameterSetFile.ToBytes(new ParameterSet(Samples.Set.Manifest, new Dictionary<string, float[]> { [new string('n', length)] = [1] }));

            Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(bytes) % 8);
            Assert.Equal(8 + BinaryPrimitives.ReadInt64LittleEndian(bytes) + 4, bytes.Length);
        }
    }

    [Fact]
    public void FromBytes_CutAnywhere_IsRefused()
    {
        byte[] bytes = ParameterSetFile.ToBytes(new ParameterSet(Samples.Set.Manifest, new Dictionary<string, float[]> { ["a"] = [1, 2], ["b"] = [3] }));

        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<ParameterSetFormatException>(() => ParameterSetFile.FromBytes(bytes.AsSpan(0, length)));
        }
    }

    public static TheoryData<string> BrokenTensors() =>
    [
        "{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]}",
        "{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}",
        "{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}",
        "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}",
        "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}",
        "{\"dtype\":\"F32\",\"shape\":[100],\"data_offsets\":[0,400]}",
        "{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[4,0]}",
        "{\"dtype\":\"F32\",\"shape\":[-1,-1],\"data_offsets\":[0,4]}",
        "{\"dtype\":\"F32\",\"shape\":[9223372036854775807,2],\"data_offsets\":[0,4]}",
        "{\"dtype\":\"F32\",\"shape\":[4611686018427387905],\"data_offsets\":[0,4]}",
        "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[9223372036854775804,9223372036854775807]}",
        "{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}",
        "{\"dtype\":\"F32\",\"shape\":1,\"data_offsets\":[0,4]}",
        "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}",
        "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[]}",
        "{\"dtype\":\"F32\",\"shape\":[1]}",
        "{\"dtype\":32,\"shape\":[1],\"data_offsets\":[0,4]}",
        "{}",
        "[]",
        "null",
        "7",
    ];

    [Theory]
    [MemberData(nameof(BrokenTensors))]
    public void FromBytes_BrokenTensor_IsRefused(string entry) =>
        Assert.Throws<ParameterSetFormatException>(() => ParameterSetFile.FromBytes(File(Manifest, $"\"a\":{entry}", 4)));

    [Theory]
    [InlineData(0, 8, 0, 8, 8)]
    [InlineData(0, 8, 4, 12, 12)]
    [InlineData(0, 8, 12, 16, 16)]
    [InlineData(4, 8, 8, 12, 12)]
    [InlineData(0, 8, 8, 12, 16)]
    public void FromBytes_TensorsNotOneBehindTheOther_AreRefused(int start, int end, int secondStart, int secondEnd, int data)
    {
        string tensors = $"{Entry("a", start, end)},{Entry("b", secondStart, secondEnd)}";

        Assert.Throws<ParameterSetFormatException>(() => ParameterSetFile.FromBytes(File(Manifest, tensors, data)));
    }

    [Fact]
    public void FromBytes_HeaderInAnotherOrderThanTheData_IsRead()
    {
        ParameterSet set = ParameterSetFile.FromBytes(File(Manifest, $"{Entry("a", 4, 12)},{Entry("b", 0, 4)}", 12));

        Assert.Equal((2, 1), (set.Tensors["a"].Length, set.Tensors["b"].Length));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("7")]
    [InlineData("not json")]
    [InlineData("{\"schema\":\"edgeadapt.parameters.v1\",\"version\":1}")]
    [InlineData("{\"schema\":\"edgeadapt.parameters.v1\",\"baseModelSha256\":null,\"version\":1}")]
    [InlineData("{\"schema\":\"edgeadapt.parameters.v1\",\"baseModelSha256\":\"a\",\"version\":1,\"scope\":null}")]
    [InlineData("{\"schema\":\"edgeadapt.parameters.v1\",\"baseModelSha256\":\"a\",\"version\":\"one\"}")]
    [InlineData("{\"schema\":\"edgeadapt.parameters.v2\",\"baseModelSha256\":\"a\",\"version\":1}")]
    public void FromBytes_BrokenManifest_IsRefused(string manifest) =>
        Assert.Throws<ParameterSetFormatException>(() => ParameterSetFile.FromBytes(File(manifest, "", 0)));

    [Fact]
    public void FromBytes_NameTwice_IsRefused()
    {
        const string one = "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}";

        Assert.Throws<ParameterSetFormatException>(() => ParameterSetFile.FromBytes(File(Manifest, $"\"a\":{one},\"a\":{one}", 4)));
    }

    [Fact]
    public void FromBytes_NoManifest_SaysWhatToGive()
    {
        byte[] header = Encoding.UTF8.GetBytes("{}      ");
        byte[] bytes = [.. BitConverter.GetBytes((long)header.Length), .. header];

        var e = Assert.Throws<ParameterSetFormatException>(() => ParameterSetFile.FromBytes(bytes));
        Assert.Contains("edgeadapt adapt", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void FromBytes_HeaderLengthOutOfRange_IsRefused(long length)
    {
        byte[] bytes = new byte[100];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length);

        Assert.Throws<ParameterSetFormatException>(() => ParameterSetFile.FromBytes(bytes));
    }

    [Fact]
    public void FromBytes_WellFormedByHand_IsRead()
    {
        ParameterSet set = ParameterSetFile.FromBytes(File(Manifest, "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}", 8));

        Assert.Equal([0f, 0f], set.Tensors["a"]);
        Assert.Equal(1, set.Manifest.Version);
    }

    private static string Entry(string name, int start, int end) => $"\"{name}\":{{\"dtype\":\"F32\",\"shape\":[{(end - start) / 4}],\"data_offsets\":[{start},{end}]}}";

    /// <summary>A file with a header written by hand, and zeros for data.</summary>
    private static byte[] File(string manifest, string tensors, int data)
    {
        string quoted = System.Text.Json.JsonSerializer.Serialize(manifest);
        byte[] header = Encoding.UTF8.GetBytes($"{{\"__metadata__\":{{\"manifest\":{quoted}}}{(tensors.Length == 0 ? "" : ",")}{tensors}}}");
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. new byte[data]];
    }
}
