using System.Runtime.InteropServices;

namespace EdgeAdapt.Datasets;

/// <summary>
/// An array as a NumPy file holds it: C order, little-endian. The bytes are shared, not copied; whoever passes them on
/// stops writing to them.
/// </summary>
public sealed class NpyArray
{
    private readonly ReadOnlyMemory<byte> _bytes;

    /// <summary>Wraps the raw elements.</summary>
    /// <param name="elementType">The type of every element.</param>
    /// <param name="bytes">The elements, C order, little-endian.</param>
    /// <param name="shape">The dimensions; none makes a scalar.</param>
    /// <exception cref="ArgumentException">The number of bytes is not the product of the dimensions times the element size.</exception>
    public NpyArray(NpyElementType elementType, ReadOnlyMemory<byte> bytes, params long[] shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Aggregate(1L, (a, b) => a * b) * NpyHeader.SizeOf(elementType) != bytes.Length)
        {
            throw new ArgumentException(
                $"{bytes.Length} bytes do not fill the shape [{string.Join(", ", shape)}] of {elementType}.", nameof(bytes));
        }

        ElementType = elementType;
        _bytes = bytes;
        Shape = shape;
    }

    /// <summary>The type of every element.</summary>
    public NpyElementType ElementType { get; }

    /// <summary>The dimensions, outermost first; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The number of elements.</summary>
    public int Count => _bytes.Length / NpyHeader.SizeOf(ElementType);

    /// <summary>The raw elements, C order, little-endian.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>An array of uint8; the values are shared.</summary>
    public static NpyArray Of(byte[] values, params long[] shape) => new(NpyElementType.UInt8, values, shape);

    /// <summary>An array of int32.</summary>
    public static NpyArray Of(int[] values, params long[] shape) => Of<int>(NpyElementType.Int32, values, shape);

    /// <summary>An array of int64.</summary>
    public static NpyArray Of(long[] values, params long[] shape) => Of<long>(NpyElementType.Int64, values, shape);

    /// <summary>An array of float32.</summary>
    public static NpyArray Of(float[] values, params long[] shape) => Of<float>(NpyElementType.Float32, values, shape);

    /// <summary>An array of float64.</summary>
    public static NpyArray Of(double[] values, params long[] shape) => Of<double>(NpyElementType.Float64, values, shape);

    /// <summary>The elements of an integer array (uint8, int32, int64).</summary>
    /// <exception cref="InvalidOperationException">The elements are floating point.</exception>
    public long[] ToLongs() => ElementType switch
    {
        NpyElementType.UInt8 => Convert<byte, long>(v => v),
        NpyElementType.Int32 => Convert<int, long>(v => v),
        NpyElementType.Int64 => Convert<long, long>(v => v),
        _ => throw new InvalidOperationException($"The array holds {ElementType}, not integers."),
    };

    /// <summary>The elements as float32, whatever their type; float64 and int64 are rounded to nearest.</summary>
    public float[] ToFloats() => ElementType switch
    {
        NpyElementType.UInt8 => Convert<byte, float>(v => v),
        NpyElementType.Int32 => Convert<int, float>(v => v),
        NpyElementType.Int64 => Convert<long, float>(v => v),
        NpyElementType.Float32 => Convert<float, float>(v => v),
        _ => Convert<double, float>(v => (float)v),
    };

    private static NpyArray Of<T>(NpyElementType type, T[] values, long[] shape) where T : struct =>
        new(type, MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), shape);

    private TTo[] Convert<TFrom, TTo>(Func<TFrom, TTo> convert) where TFrom : struct =>
        Array.ConvertAll(MemoryMarshal.Cast<byte, TFrom>(_bytes.Span).ToArray(), v => convert(v));
}
