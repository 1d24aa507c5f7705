using System.Text.RegularExpressions;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Gradients.Tests;

/// <summary>Reads the first frames of a shared image file the way ResNet-20 takes them.</summary>
internal static partial class Photographs
{
    private static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] Deviation = [0.229f, 0.224f, 0.225f];

    public static FloatTensor Load(string corruption, int count)
    {
        using FileStream file = File.OpenRead(SharedData.File($"cifar10c/{corruption}.npy"));
        byte[] start = new byte[10];
        file.ReadExactly(start);
        byte[] header = new byte[BitConverter.ToUInt16(start, 8)];
        file.ReadExactly(header);
        Match shape = Shape().Match(System.Text.Encoding.ASCII.GetString(header));
        int height = int.Parse(shape.Groups[1].ValueSpan, null);
        int width = int.Parse(shape.Groups[2].ValueSpan, null);
        byte[] pixels = new byte[count * height * width * 3];
        file.ReadExactly(pixels);
        float[] values = new float[pixels.Length];
        int area = height * width;
        for (int i = 0; i < pixels.Length; i++)
        {
            int channel = i % 3;
            int pixel = i / 3;
            values[(((pixel / area * 3) + channel) * area) + (pixel % area)] = ((pixels[i] / 255f) - Mean[channel]) / Deviation[channel];
        }

        return new FloatTensor(values, count, 3, height, width);
    }

    [GeneratedRegex(@"'shape': \(\d+, (\d+), (\d+), 3\)")]
    private static partial Regex Shape();
}
