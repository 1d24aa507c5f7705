using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EdgeAdapt.Imaging;

/// <summary>
/// Encodes pixels as baseline JPEG (ITU-T T.81, JFIF colours, 4:2:0) at a quality, which the encoder of ONNX Runtime Extensions does not take. The Huffman codes are made
/// for each picture: of a picture of 32 x 32 pixels the standard ones would be most of the file. Thread safe.
/// </summary>
internal static class JpegEncoder
{
    /// <summary>
    /// What all samples or coefficients go through is compiled with all optimizations at once: a device that sends one picture in thirty would else encode its first
    /// ones in code that is twice as slow, while the next answer waits for the core.
    /// </summary>
    public const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    private const int Unit = 16;
    private const int TwoByTwo = 0x22;
    private const int OneByOne = 0x11;

    // A quantized coefficient beyond this has no code in a baseline file; only rounding at quality 100 comes near.
    private const int LargestCoefficient = 1023;

    /// <summary>Encodes.</summary>
    /// <param name="pixels">uint8 <c>[H, W, 3]</c>, red first.</param>
    /// <param name="height">H, 1 to 65,535.</param>
    /// <param name="width">W, 1 to 65,535.</param>
    /// <param name="quality">1 to 100, as libjpeg counts.</param>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, int height, int width, int quality)
    {
        int[] lumaSteps = QuantizationTables.Luma(quality), chromaSteps = QuantizationTables.Chroma(quality);
        (JpegPlane luma, JpegPlane blue, JpegPlane red) = JpegColors.ToPlanes(pixels, height, width);
        JpegScan scan = Scan(luma, blue.Halved(), red.Halved(), Array.ConvertAll(lumaSteps, s => (float)s), Array.ConvertAll(chromaSteps, s => (float)s));
        HuffmanCode[] codes = scan.Codes();
        var file = new MemoryStream();
        file.Write([0xFF, JpegMarker.StartOfImage]);
        Segment(file, JpegMarker.FirstApplication, [.. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
        Segment(file, JpegMarker.QuantizationTables, [0, .. InScanOrder(lumaSteps), 1, .. InScanOrder(chromaSteps)]);
        Span<byte> size = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(size, (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(size[2..], (ushort)width);
        Segment(file, JpegMarker.Baseline, [8, .. size, 3, 1, TwoByTwo, 0, 2, OneByOne, 1, 3, OneByOne, 1]);
        Segment(file, JpegMarker.HuffmanTables, [.. codes.SelectMany((c, i) => (byte[])[(byte)(((i & 1) << 4) | (i >> 1)), .. c.CodesPerLength, .. c.Symbols])]);
        Segment(file, JpegMarker.Scan, [3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]);
        scan.Write(codes, file);
        file.Write([0xFF, JpegMarker.EndOfImage]);
        return file.ToArray();
    }

    /// <summary>All blocks in the order of the file: four of brightness, then one of each colour, for each 16 x 16 pixels.</summary>
    [MethodImpl(Hot)]
    private static JpegScan Scan(JpegPlane luma, JpegPlane blue, JpegPlane red, ReadOnlySpan<float> lumaSteps, ReadOnlySpan<float> chromaSteps)
    {
        const int side = BlockTransform.Side;
        var scan = new JpegScan();
        int[] block = new int[side * side];
        (int lumaBefore, int blueBefore, int redBefore) = (0, 0, 0);
        for (int top = 0; top < luma.Rows; top += Unit)
        {
            for (int left = 0; left < luma.Columns; left += Unit)
            {
                for (int part = 0; part < 4; part++)
                {
                    Quantize(luma, top + (part / 2 * side), left + (part % 2 * side), lumaSteps, block);
                    scan.Add(block, lumaBefore, JpegScan.Luma);
                    lumaBefore = block[0];
                }

                Quantize(blue, top / 2, left / 2, chromaSteps, block);
                scan.Add(block, blueBefore, JpegScan.Chroma);
                blueBefore = block[0];
                Quantize(red, top / 2, left / 2, chromaSteps, block);
                scan.Add(block, redBefore, JpegScan.Chroma);
                redBefore = block[0];
            }
        }

        return scan;
    }

    [MethodImpl(Hot)]
    private static void Quantize(JpegPlane plane, int top, int left, ReadOnlySpan<float> steps, Span<int> result)
    {
        Span<float> block = stackalloc float[BlockTransform.Side * BlockTransform.Side];
        Span<float> buffer = stackalloc float[block.Length];
        plane.Load(top, left, block);
        BlockTransform.Forward(block, buffer);
        for (int i = 0; i < block.Length; i += Vector256<float>.Count)
        {
            // Halves away from zero. Adding ½ before cutting would round the number just below ½ up.
            Vector256<float> value = Vector256.Create(block[i..]) / Vector256.Create(steps[i..]);
            Vector256<float> whole = Vector256.Truncate(value);
            Vector256<float> up = Vector256.GreaterThanOrEqual(Vector256.Abs(value - whole), Vector256.Create(0.5f)) & Vector256.CopySign(Vector256<float>.One, value);
            Vector256.ConvertToInt32(whole + up).CopyTo(result[i..]);
        }

        result[0] = Math.Clamp(result[0], -LargestCoefficient - 1, LargestCoefficient);
        for (int i = 1; i < block.Length; i++)
        {
            result[i] = Math.Clamp(result[i], -LargestCoefficient, LargestCoefficient);
        }
    }

    private static IEnumerable<byte> InScanOrder(int[] table) => JpegScan.ZigZag.ToArray().Select(i => (byte)table[i]);

    private static void Segment(MemoryStream file, int marker, ReadOnlySpan<byte> content)
    {
        Span<byte> head = [0xFF, (byte)marker, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)(content.Length + 2));
        file.Write(head);
        file.Write(content);
    }
}
