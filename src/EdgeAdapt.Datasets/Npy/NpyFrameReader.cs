using System.Runtime.InteropServices;
using EdgeAdapt.Onnx.Sessions;
using Microsoft.Win32.SafeHandles;

namespace EdgeAdapt.Datasets;

/// <summary>
/// Reads images from a NumPy file as they are needed, so that a file larger than memory can be streamed: uint8
/// <c>[N, H, W, C]</c>, or float32 <c>[N, C, H, W]</c> that is already preprocessed. C is 1 or 3. Reads may come from
/// several threads at once.
/// </summary>
public sealed class NpyFrameReader : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly NpyHeader _header;

    private NpyFrameReader(string path, SafeFileHandle file, NpyHeader header)
    {
        Path = path;
        _file = file;
        _header = header;
        bool pixels = header.ElementType == NpyElementType.UInt8;
        Count = header.Shape[0];
        Channels = (int)header.Shape[pixels ? 3 : 1];
        Height = (int)header.Shape[pixels ? 1 : 2];
        Width = (int)header.Shape[pixels ? 2 : 3];
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>N, the number of frames.</summary>
    public long Count { get; }

    /// <summary>H in pixels.</summary>
    public int Height { get; }

    /// <summary>W in pixels.</summary>
    public int Width { get; }

    /// <summary>C: 3 (RGB) or 1 (grey).</summary>
    public int Channels { get; }

    /// <summary>Values in one frame: C·H·W.</summary>
    public int FrameLength => Channels * Height * Width;

    /// <summary>True for uint8 pixels <c>[N, H, W, C]</c>, false for preprocessed float32 <c>[N, C, H, W]</c>.</summary>
    public bool IsPixels => _header.ElementType == NpyElementType.UInt8;

    /// <summary>Opens a file and checks its header and length; the caller disposes the reader.</summary>
    /// <exception cref="NpyFormatException">The file is missing, damaged, or does not hold images.</exception>
    public static NpyFrameReader Open(string path)
    {
        SafeFileHandle file;
        try
        {
            file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NpyFormatException($"Cannot read '{path}': {e.Message} Check the path.", e);
        }

        try
        {
            byte[] start = new byte[Math.Min(RandomAccess.GetLength(file), NpyHeader.MaximumBytes + 12)];
            ReadExactly(file, start, 0, path);
            NpyHeader header = NpyHeader.Parse(start, path);
            CheckShape(header, path);
            NpyFile.CheckLength(header, RandomAccess.GetLength(file), path);
            return new NpyFrameReader(path, file, header);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Copies the pixels of consecutive frames, uint8 <c>[n, H, W, C]</c>.</summary>
    /// <param name="first">Index of the first frame.</param>
    /// <param name="destination">Receives whole frames: its length is a multiple of <see cref="FrameLength"/>.</param>
    /// <exception cref="InvalidOperationException">The file holds preprocessed float32 values, not pixels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A frame lies outside the file.</exception>
    public void ReadPixels(long first, Span<byte> destination)
    {
        if (!IsPixels)
        {
            throw new InvalidOperationException($"'{Path}' holds preprocessed float32 values, not pixels.");
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length % FrameLength, 0, nameof(destination));
        CheckRange(first, destination.Length / FrameLength);
        ReadExactly(_file, destination, _header.DataOffset + (first * FrameLength), Path);
    }

    /// <summary>The pixels of one frame, uint8 <c>[H, W, C]</c>, in an array of their own.</summary>
    /// <exception cref="InvalidOperationException">The file holds preprocessed float32 values, not pixels.</exception>
    public byte[] ReadFrame(long index)
    {
        byte[] frame = new byte[FrameLength];
        ReadPixels(index, frame);
        return frame;
    }

    /// <summary>Consecutive frames as a batch <c>[n, C, H, W]</c>, ready for a model.</summary>
    /// <param name="first">Index of the first frame.</param>
    /// <param name="count">n; 0 gives an empty batch.</param>
    /// <param name="normalization">Applied to pixels; preprocessed float32 values are used as they are.</param>
    /// <exception cref="ArgumentOutOfRangeException">A frame lies outside the file.</exception>
    public FloatTensor ReadTensor(long first, int count, Normalization normalization)
    {
        CheckRange(first, count);
        if (IsPixels)
        {
            byte[] pixels = new byte[count * FrameLength];
            ReadPixels(first, pixels);
            return Frames.ToTensor(pixels, count, Height, Width, Channels, normalization);
        }

        float[] values = new float[count * FrameLength];
        ReadExactly(_file, MemoryMarshal.AsBytes(values.AsSpan()), _header.DataOffset + (first * FrameLength * sizeof(float)), Path);
        return new FloatTensor(values, count, Channels, Height, Width);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static void CheckShape(NpyHeader header, string path)
    {
        bool pixels = header.ElementType == NpyElementType.UInt8;
        if ((!pixels && header.ElementType != NpyElementType.Float32)
            || header.Shape.Count != 4
            || header.Shape[pixels ? 3 : 1] is not (1 or 3)
            || header.Shape.Skip(1).Any(d => d is 0 or > 1 << 14)
            || header.Shape.Skip(1).Aggregate(1L, (a, b) => a * b) > 1 << 28)
        {
            throw new NpyFormatException(
                $"'{path}' holds {header.ElementType} {header.ShapeText}, not images. Give uint8 [N, H, W, C] (pixels 0 to 255) " +
                "or float32 [N, C, H, W] (already preprocessed), with C = 1 or 3.");
        }
    }

    private void CheckRange(long first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - first);
    }

    private static void ReadExactly(SafeFileHandle file, Span<byte> destination, long offset, string path)
    {
        while (!destination.IsEmpty)
        {
            int read = RandomAccess.Read(file, destination, offset);
            if (read == 0)
            {
                throw new NpyFormatException($"'{path}' became shorter while it was read. Do not rewrite a file that is in use; copy it again.");
            }

            destination = destination[read..];
            offset += read;
        }
    }
}
