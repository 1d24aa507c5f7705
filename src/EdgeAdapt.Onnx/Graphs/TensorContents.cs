using System.Runtime.InteropServices;
using Google.Protobuf;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace EdgeAdapt.Onnx.Graphs;

/// <summary>Reads and writes the contents of ONNX tensors, whichever of their storage fields holds them.</summary>
public static class TensorContents
{
    /// <summary>The values of a float32 or float64 tensor, row-major, as float32.</summary>
    /// <exception cref="OnnxModelException">The tensor has another element type.</exception>
    public static float[] ToFloats(this TensorProto tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return (DataType)tensor.DataType switch
        {
            DataType.Float => tensor.RawData.IsEmpty ? [.. tensor.FloatData] : MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray(),
            DataType.Double => tensor.RawData.IsEmpty
                ? [.. tensor.DoubleData.Select(v => (float)v)]
                : [.. MemoryMarshal.Cast<byte, double>(tensor.RawData.Span).ToArray().Select(v => (float)v)],
            DataType other => throw new OnnxModelException($"Tensor '{tensor.Name}' holds {other} values where float32 is needed. Export the model in float32."),
        };
    }

    /// <summary>The values of an int64, int32, int8 or uint8 tensor, row-major, as int64.</summary>
    /// <exception cref="OnnxModelException">The tensor has another element type.</exception>
    public static long[] ToLongs(this TensorProto tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return (DataType)tensor.DataType switch
        {
            DataType.Int64 => tensor.RawData.IsEmpty ? [.. tensor.Int64Data] : MemoryMarshal.Cast<byte, long>(tensor.RawData.Span).ToArray(),
            DataType.Int32 => tensor.RawData.IsEmpty
                ? [.. tensor.Int32Data.Select(v => (long)v)]
                : [.. MemoryMarshal.Cast<byte, int>(tensor.RawData.Span).ToArray().Select(v => (long)v)],
            DataType.Int8 => tensor.RawData.IsEmpty ? [.. tensor.Int32Data.Select(v => (long)v)] : [.. tensor.RawData.ToByteArray().Select(v => (long)(sbyte)v)],
            DataType.Uint8 => tensor.RawData.IsEmpty ? [.. tensor.Int32Data.Select(v => (long)v)] : [.. tensor.RawData.ToByteArray().Select(v => (long)v)],
            DataType other => throw new OnnxModelException($"Tensor '{tensor.Name}' holds {other} values where integers are needed."),
        };
    }

    /// <summary>A float32 tensor; <paramref name="shape"/> empty makes a scalar.</summary>
    public static TensorProto Floats(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) =>
        Create(name, DataType.Float, MemoryMarshal.AsBytes(values), shape);

    /// <summary>An int64 tensor; <paramref name="shape"/> empty makes a scalar.</summary>
    public static TensorProto Longs(string name, ReadOnlySpan<long> values, params ReadOnlySpan<long> shape) =>
        Create(name, DataType.Int64, MemoryMarshal.AsBytes(values), shape);

    /// <summary>An int32 tensor; <paramref name="shape"/> empty makes a scalar.</summary>
    public static TensorProto Integers(string name, ReadOnlySpan<int> values, params ReadOnlySpan<long> shape) =>
        Create(name, DataType.Int32, MemoryMarshal.AsBytes(values), shape);

    /// <summary>A tensor of bytes.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">Int8 or uint8.</param>
    /// <param name="values">Values in the range of that type.</param>
    /// <param name="shape">Dimensions; empty makes a scalar.</param>
    public static TensorProto Bytes(string name, DataType type, ReadOnlySpan<int> values, params ReadOnlySpan<long> shape)
    {
        byte[] bytes = new byte[values.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = type == DataType.Int8 ? (byte)checked((sbyte)values[i]) : checked((byte)values[i]);
        }

        return Create(name, type, bytes, shape);
    }

    private static TensorProto Create(string name, DataType type, ReadOnlySpan<byte> bytes, ReadOnlySpan<long> shape)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        foreach (long dimension in shape)
        {
            tensor.Dims.Add(dimension);
        }

        return tensor;
    }
}
