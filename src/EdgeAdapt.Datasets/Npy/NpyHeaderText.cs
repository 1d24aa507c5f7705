using System.Globalization;
using System.Text.RegularExpressions;

namespace EdgeAdapt.Datasets;

/// <summary>The Python dictionary literal inside a NumPy header: descr, fortran_order, shape.</summary>
internal static partial class NpyHeaderText
{
    public static (NpyElementType Type, long[] Shape) Parse(string text, string name)
    {
        string descr = Find(Descr(), text, "descr", name);
        string order = Find(FortranOrder(), text, "fortran_order", name);
        string dimensions = Find(Dimensions(), text, "shape", name);
        if (order == "True")
        {
            throw new NpyFormatException(
                $"'{name}' is in Fortran order; C order is read. Save it again with numpy.save(path, numpy.ascontiguousarray(array)).");
        }

        return (ElementType(descr, name), Shape(dimensions, name));
    }

    public static string Write(NpyElementType type, IReadOnlyList<long> shape)
    {
        string dimensions = shape.Count == 1
            ? string.Create(CultureInfo.InvariantCulture, $"{shape[0]},")
            : string.Join(", ", shape.Select(d => d.ToString(CultureInfo.InvariantCulture)));
        return $"{{'descr': '{DescrOf(type)}', 'fortran_order': False, 'shape': ({dimensions}), }}";
    }

    public static string DescrOf(NpyElementType type) => type switch
    {
        NpyElementType.UInt8 => "|u1",
        NpyElementType.Int32 => "<i4",
        NpyElementType.Int64 => "<i8",
        NpyElementType.Float32 => "<f4",
        _ => "<f8",
    };

    private static NpyElementType ElementType(string descr, string name) => descr switch
    {
        "|u1" or "<u1" or ">u1" or "=u1" => NpyElementType.UInt8,
        "<i4" => NpyElementType.Int32,
        "<i8" => NpyElementType.Int64,
        "<f4" => NpyElementType.Float32,
        "<f8" => NpyElementType.Float64,
        ['>', ..] => throw new NpyFormatException(
            $"'{name}' is big-endian ('{descr}'); little-endian is read. Convert it with array.astype(array.dtype.newbyteorder('<'))."),
        _ => throw new NpyFormatException(
            $"'{name}' holds elements of type '{descr}'; uint8, int32, int64, float32 and float64 are read. Convert it with array.astype(numpy.uint8), for example."),
    };

    private static long[] Shape(string text, string name)
    {
        var shape = new List<long>();
        long count = 1;
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            // A product beyond long would wrap round to a small file that seems to fit.
            if (!long.TryParse(part.TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out long size)
                || (size > 0 && count > long.MaxValue / 8 / size))
            {
                throw new NpyFormatException($"'{name}' has the impossible shape ({text}). Save the array again with numpy.save.");
            }

            shape.Add(size);
            count *= Math.Max(size, 1);
        }

        return [.. shape];
    }

    private static string Find(Regex pattern, string text, string key, string name) =>
        pattern.Match(text) is { Success: true } match
            ? match.Groups[1].Value
            : throw new NpyFormatException(
                $"The header of '{name}' has no readable '{key}'. Structured and object arrays are not read; save a plain array with numpy.save.");

    [GeneratedRegex("""['"]descr['"]\s*:\s*['"]([^'"]*)['"]""", RegexOptions.CultureInvariant)]
    private static partial Regex Descr();

    [GeneratedRegex("""['"]fortran_order['"]\s*:\s*(True|False)""", RegexOptions.CultureInvariant)]
    private static partial Regex FortranOrder();

    [GeneratedRegex("""['"]shape['"]\s*:\s*\(([^)]*)\)""", RegexOptions.CultureInvariant)]
    private static partial Regex Dimensions();
}
