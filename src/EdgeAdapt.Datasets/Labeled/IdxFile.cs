using System.Buffers.Binary;
using System.IO.Compression;

namespace EdgeAdapt.Datasets;

/// <summary>
/// A file in the IDX format of MNIST (LeCun, Cortes and Burges): two zero bytes, the element type, the number of
/// dimensions, the dimensions big-endian, the elements. Only unsigned bytes (type 0x08) are read; gzip is unpacked.
/// </summary>
internal sealed record IdxFile(int[] Shape, ReadOnlyMemory<byte> Values)
{
    private const byte UnsignedByte = 0x08;
    private const int MaximumBytes = 2_000_000_000;

    /// <summary>Whether these are the first bytes of an IDX file of unsigned bytes.</summary>
    public static bool Matches(ReadOnlySpan<byte> start) => start is [0, 0, UnsignedByte, >= 1 and <= 4, ..];

    /// <summary>The first bytes of a file, unpacked where it is gzip; fewer where it is shorter or damaged.</summary>
    public static byte[] Start(string path, int bytes)
    {
        byte[] start = new byte[bytes];
        try
        {
            using Stream stream = Open(path);
            return start[..stream.ReadAtLeast(start, bytes, throwOnEndOfStream: false)];
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }

    /// <summary>Reads a file whole.</summary>
    /// <exception cref="DatasetException">The file is missing, damaged, cut off, or no IDX file of bytes.</exception>
    public static IdxFile Read(string path)
    {
        byte[] bytes = Unpack(path);
        if (!Matches(bytes) || bytes.Length < 4 + (4 * bytes[3]))
        {
            throw new DatasetException($"'{path}' is no IDX file of unsigned bytes (it starts with 00 00 08). Download it again, or give images as .npy or as a folder.");
        }

        int[] shape = new int[bytes[3]];
        long count = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            uint size = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(4 + (4 * i)));
            count = size > MaximumBytes ? long.MaxValue : count * size;
            if (count > MaximumBytes)
            {
                throw new DatasetException($"'{path}' announces more than {MaximumBytes} values. It is damaged: download it again.");
            }

            shape[i] = (int)size;
        }

        int header = 4 + (4 * shape.Length);
        return bytes.Length == header + count
            ? new IdxFile(shape, bytes.AsMemory(header))
            : throw new DatasetException(
                $"'{path}' holds {bytes.Length - header} values, but its shape [{string.Join(", ", shape)}] needs {count}. It was cut off or damaged: download it again.");
    }

    private static byte[] Unpack(string path)
    {
        try
        {
            using Stream stream = Open(path);
            using var memory = new MemoryStream();
            byte[] block = new byte[1 << 16];
            for (int read; (read = stream.Read(block)) > 0;)
            {
                if (memory.Length + read > MaximumBytes)
                {
                    throw new DatasetException($"'{path}' unpacks to more than {MaximumBytes} bytes. It is damaged: download it again.");
                }

                memory.Write(block, 0, read);
            }

            return memory.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new DatasetException($"Cannot read '{path}': {e.Message} Check the path, or download the file again.", e);
        }
    }

    private static Stream Open(string path)
    {
        FileStream file = File.OpenRead(path);
        bool packed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return packed ? new GZipStream(file, CompressionMode.Decompress) : file;
    }
}
