using System.Buffers.Binary;
using System.IO.Compression;

namespace EdgeAdapt.Imaging.Tests;

/// <summary>Writes PNG files of every kind that the encoder under test does not: an independent second opinion.</summary>
internal static class PngWriter
{
    public static byte[] Write(int height, int width, int bitDepth, int colorType, byte[] samples, bool interlaced = false, params (string Type, byte[] Data)[] extra)
    {
        int bytesPerRow = samples.Length / height;
        using var raw = new MemoryStream();
        using (var deflate = new ZLibStream(raw, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (int y = 0; y < height; y++)
            {
                deflate.WriteByte(0);
                deflate.Write(samples, y * bytesPerRow, bytesPerRow);
            }
        }

        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)bitDepth, (byte)colorType, interlaced ? (byte)1 : (byte)0);
        List<byte> png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
        Chunk(png, "IHDR", header);
        foreach ((string type, byte[] data) in extra)
        {
            Chunk(png, type, data);
        }

        Chunk(png, "IDAT", raw.ToArray());
        Chunk(png, "IEND", []);
        return [.. png];
    }

    private static void Chunk(List<byte> png, string type, byte[] data)
    {
        byte[] body = [.. type.Select(c => (byte)c), .. data];
        byte[] number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.AddRange(number);
        png.AddRange(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(body));
        png.AddRange(number);
    }

    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int i = 0; i < 8; i++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}
