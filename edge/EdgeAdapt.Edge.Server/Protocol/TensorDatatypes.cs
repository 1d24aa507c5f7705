namespace EdgeAdapt.Edge.Server.Protocol;

/// <summary>The datatypes of the Open Inference Protocol v2.</summary>
internal static class TensorDatatypes
{
    public const string Float32 = "FP32";
    public const string UInt8 = "UINT8";

    /// <summary>Elements of any length: in binary form 4 bytes of length, little-endian, before each.</summary>
    public const string Bytes = "BYTES";

    /// <summary>Bytes of an element; 0 where elements have lengths of their own; null for a datatype that the protocol has not.</summary>
    public static int? SizeOf(string datatype) => datatype switch
    {
        "BOOL" or "INT8" or UInt8 => 1,
        "INT16" or "UINT16" or "FP16" or "BF16" => 2,
        "INT32" or "UINT32" or Float32 => 4,
        "INT64" or "UINT64" or "FP64" => 8,
        Bytes => 0,
        _ => null,
    };
}
