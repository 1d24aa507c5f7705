using System.Buffers.Binary;
using System.Text;

namespace EdgeAdapt.Datasets;

/// <summary>
/// The header of a NumPy file (format versions 1 to 3, C order, little-endian), as NumPy's own format description
/// (numpy.lib.format) defines it.
/// </summary>
/// <param name="ElementType">The type of every element.</param>
/// <param name="Shape">The dimensions, outermost first; empty for a scalar.</param>
/// <param name="DataOffset">Where the elements start, in bytes from the start of the file.</param>
public sealed record NpyHeader(NpyElementType ElementType, IReadOnlyList<long> Shape, int DataOffset)
{
    /// <summary>The longest header that is read, in bytes; one of an image array has 128.</summary>
    public const int MaximumBytes = 1 << 16;

    private const int PreambleBytes = 10;
    private const int Alignment = 64;

    /// <summary>Elements in the file: the product of the dimensions, 1 for a scalar.</summary>
    public long Count => Shape.Aggregate(1L, (a, b) => a * b);

    /// <summary>Bytes of one element: 1, 4 or 8.</summary>
    public int ElementBytes => SizeOf(ElementType);

    /// <summary>The dimensions as NumPy prints them, for messages: <c>[2000, 32, 32, 3]</c>.</summary>
    public string ShapeText => $"[{string.Join(", ", Shape)}]";

    /// <summary>Bytes of one element of that type: 1, 4 or 8.</summary>
    public static int SizeOf(NpyElementType type) => type switch
    {
        NpyElementType.UInt8 => 1,
        NpyElementType.Int32 or NpyElementType.Float32 => 4,
        _ => 8,
    };

    /// <summary>Reads the header at the start of <paramref name="bytes"/>.</summary>
    /// <param name="bytes">The file's first bytes: the whole header, or all of the file where it is shorter.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <exception cref="NpyFormatException">Not a NumPy file, or one of a kind that is not read.</exception>
    public static NpyHeader Parse(ReadOnlySpan<byte> bytes, string name)
    {
        if (!bytes.StartsWith(Magic))
        {
            throw new NpyFormatException(
                $"'{name}' is not a NumPy file: it does not start with \\x93NUMPY. Write it with numpy.save (an .npz archive is unpacked first).");
        }

        int major = bytes.Length > 6 ? bytes[6] : 0;
        int preamble = major == 1 ? PreambleBytes : PreambleBytes + 2;
        if (major is < 1 or > 3 || bytes.Length < preamble)
        {
            throw new NpyFormatException(
                $"'{name}' has NumPy format version {major}; versions 1 to 3 are read. Save the array again with numpy.save.");
        }

        long length = major == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (length > MaximumBytes || preamble + length > bytes.Length)
        {
            throw new NpyFormatException($"The header of '{name}' is cut off or damaged ({length} bytes announced). Copy or save the file again.");
        }

        string text = Encoding.UTF8.GetString(bytes.Slice(preamble, (int)length));
        (NpyElementType type, long[] shape) = NpyHeaderText.Parse(text, name);
        return new NpyHeader(type, shape, preamble + (int)length);
    }

    /// <summary>The header as bytes, format version 1, padded so that the elements start at a multiple of 64.</summary>
    public static byte[] ToBytes(NpyElementType type, IReadOnlyList<long> shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        string text = NpyHeaderText.Write(type, shape);
        int total = (PreambleBytes + text.Length + Alignment) / Alignment * Alignment;
        byte[] bytes = new byte[total];
        Magic.CopyTo(bytes);
        bytes[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)(total - PreambleBytes));
        bytes.AsSpan(PreambleBytes).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, bytes.AsSpan(PreambleBytes));
        bytes[^1] = (byte)'\n';
        return bytes;
    }

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];
}
