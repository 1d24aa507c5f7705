namespace EdgeAdapt.Datasets;

/// <summary>The element types of NumPy files that are read and written, little-endian.</summary>
public enum NpyElementType
{
    /// <summary>Unsigned 8-bit integer, NumPy's <c>|u1</c>: pixels.</summary>
    UInt8,

    /// <summary>Signed 32-bit integer, NumPy's <c>&lt;i4</c>.</summary>
    Int32,

    /// <summary>Signed 64-bit integer, NumPy's <c>&lt;i8</c>: labels as NumPy makes them by default.</summary>
    Int64,

    /// <summary>IEEE 754 binary32, NumPy's <c>&lt;f4</c>.</summary>
    Float32,

    /// <summary>IEEE 754 binary64, NumPy's <c>&lt;f8</c>.</summary>
    Float64,
}
