using System.Buffers.Binary;

namespace EdgeAdapt.Imaging;

/// <summary>The frame header of a JPEG (T.81, B.2.2) and what its scans (B.2.3, G.1.1) may say.</summary>
internal sealed class JpegFrame
{
    private const int FixedBytes = 6;
    private const int ScanFixedBytes = 4;
    private const int MaximumSampling = 4;
    private const int MaximumBlocksPerUnit = 10;
    private const int LastCoefficient = 63;
    private const int MaximumShift = 13;
    private readonly int _process;
    private readonly Component[] _components;

    private JpegFrame(int process, int height, int width, Component[] components)
    {
        _process = process;
        Height = height;
        Width = width;
        _components = components;
    }

    public int Height { get; }

    public int Width { get; }

    public static ImageCheck Parse(ReadOnlySpan<byte> segment, int process, out JpegFrame? frame)
    {
        frame = null;
        if (segment.Length < FixedBytes || segment.Length != FixedBytes + (3 * segment[5]))
        {
            return JpegStructure.Corrupt("has a damaged frame header");
        }

        int height = BinaryPrimitives.ReadUInt16BigEndian(segment[1..]);
        int width = BinaryPrimitives.ReadUInt16BigEndian(segment[3..]);
        if (segment[0] != 8)
        {
            return JpegStructure.Unsupported($"has {segment[0]} bits a sample");
        }

        if (segment[5] is not (1 or 3))
        {
            return JpegStructure.Unsupported($"has {segment[5]} colour components");
        }

        if (height == 0 || width == 0)
        {
            return JpegStructure.Corrupt($"announces {width} x {height} pixels");
        }

        var components = new Component[segment[5]];
        for (int i = 0; i < components.Length; i++)
        {
            ReadOnlySpan<byte> entry = segment[(FixedBytes + (3 * i))..];
            components[i] = new Component(entry[0], entry[1] >> 4, entry[1] & 15, entry[2]);
        }

        frame = new JpegFrame(process, height, width, components);
        return frame.CheckComponents();
    }

    /// <summary>Checks a scan header against the frame and the tables defined before it.</summary>
    /// <param name="segment">The scan header.</param>
    /// <param name="tables">The tables so far.</param>
    /// <param name="complete">Whether this scan is the whole picture, after which no other may follow.</param>
    public ImageCheck CheckScan(ReadOnlySpan<byte> segment, JpegTables tables, out bool complete)
    {
        complete = false;
        if (segment.Length < ScanFixedBytes || segment[0] == 0 || segment[0] > _components.Length || segment.Length != ScanFixedBytes + (2 * segment[0]))
        {
            return JpegStructure.Corrupt("has a damaged scan header");
        }

        int count = segment[0];
        var parameters = new ScanParameters(segment[^3], segment[^2], segment[^1] >> 4, segment[^1] & 15);
        complete = count == _components.Length && _process != JpegMarker.Progressive;
        if (!ParametersFit(parameters, count))
        {
            return JpegStructure.Corrupt("has a scan of impossible parameters");
        }

        int seen = 0;
        int blocks = 0;
        for (int i = 0; i < count; i++)
        {
            int id = segment[1 + (2 * i)];
            int tableSlots = segment[2 + (2 * i)];
            int index = Array.FindIndex(_components, c => c.Id == id);
            if (index < 0 || (seen & (1 << index)) != 0)
            {
                return JpegStructure.Corrupt("has a scan of components that the frame has not");
            }

            seen |= 1 << index;
            blocks += _components[index].Horizontal * _components[index].Vertical;
            if (!tables.HasQuantization(_components[index].Quantization) || !HuffmanFits(parameters, tableSlots, tables))
            {
                return JpegStructure.Corrupt("uses a table that it has not defined");
            }
        }

        return count > 1 && blocks > MaximumBlocksPerUnit
            ? JpegStructure.Corrupt("interleaves more blocks than the standard allows")
            : ImageCheck.Ready;
    }

    private ImageCheck CheckComponents()
    {
        int horizontal = _components.Max(c => c.Horizontal);
        int vertical = _components.Max(c => c.Vertical);
        foreach (Component c in _components)
        {
            if (c.Horizontal is 0 or > MaximumSampling || c.Vertical is 0 or > MaximumSampling || _components.Count(o => o.Id == c.Id) > 1)
            {
                return JpegStructure.Corrupt("has a damaged frame header");
            }

            if (horizontal % c.Horizontal != 0 || vertical % c.Vertical != 0)
            {
                return JpegStructure.Unsupported("samples its colours at a fractional rate");
            }
        }

        // The decoder takes these identifiers for a wide-gamut RGB that it cannot convert.
        return _components is [{ Id: 'r' }, { Id: 'g' }, { Id: 'b' }]
            ? JpegStructure.Unsupported("is wide-gamut RGB")
            : ImageCheck.Ready;
    }

    private bool ParametersFit(ScanParameters p, int components) => _process switch
    {
        // Some baseline files have zeroes there, and the decoder ignores them.
        JpegMarker.Baseline => true,
        JpegMarker.Extended => p is { First: 0, Last: LastCoefficient, High: 0, Low: 0 },
        _ => (p.First == 0 ? p.Last == 0 : p.Last >= p.First && p.Last <= LastCoefficient && components == 1)
            && (p.High == 0 || p.Low == p.High - 1) && p.Low <= MaximumShift,
    };

    private bool HuffmanFits(ScanParameters p, int slots, JpegTables tables)
    {
        bool progressive = _process == JpegMarker.Progressive;
        bool needsDc = !progressive || (p.First == 0 && p.High == 0);
        bool needsAc = !progressive || p.First > 0;
        return (!needsDc || tables.HasDc(slots >> 4)) && (!needsAc || tables.HasAc(slots & 15));
    }

    private readonly record struct Component(int Id, int Horizontal, int Vertical, int Quantization);

    private readonly record struct ScanParameters(int First, int Last, int High, int Low);
}
