using System.Buffers.Binary;
using EdgeAdapt.Contracts;
using EdgeAdapt.Datasets;

namespace EdgeAdapt.EndToEnd.Tests.Faults;

/// <summary>Pictures that depend on a number alone, no two of them alike: the test that counts them makes them anew.</summary>
internal static class NumberedSamples
{
    private const int Width = 32;
    private const int Channels = 3;
    private const int FewestRows = 4;
    private const int RowSizes = 60;

    /// <summary>The bytes of a sample, 0.5 to 6 kB.</summary>
    public static byte[] Content(int number)
    {
        int rows = FewestRows + (int)((uint)(number * 7919) % RowSizes);
        byte[] pixels = new byte[rows * Width * Channels];
        new Random(number).NextBytes(pixels);
        BinaryPrimitives.WriteInt32LittleEndian(pixels, number);
        return NpyFile.ToBytes(new NpyArray(NpyElementType.UInt8, pixels, rows, Width, Channels));
    }

    /// <summary>The number of a sample.</summary>
    public static int NumberOf(ReadOnlySpan<byte> content) => BinaryPrimitives.ReadInt32LittleEndian(NpyFile.Parse(content.ToArray(), "sample").Bytes.Span);

    /// <summary>A sample as a device would upload it.</summary>
    public static SampleUpload Create(int number, string device, string group, string model, string modelSha256)
    {
        byte[] content = Content(number);
        return new SampleUpload
        {
            Id = ContentHash.IdOf(content),
            Device = device,
            Group = group,
            Model = model,
            BaseModelSha256 = modelSha256,
            ParameterVersion = 0,
            Entropy = 0.5f,
            ContentType = ContentTypes.NpyFrame,
            Content = content,
            Captured = DateTimeOffset.UnixEpoch.AddSeconds(number),
        };
    }
}
