using EdgeAdapt.Datasets;
using EdgeAdapt.Onnx.Graphs;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace EdgeAdapt.Imaging;

/// <summary>
/// Builds the ONNX graphs of this project and loads them with ONNX Runtime Extensions, whose operators decode and encode
/// images.
/// </summary>
internal static class PreprocessingGraph
{
    public const string Input = "image";
    public const string Output = "values";
    private const string ExtensionsDomain = "com.microsoft.extensions";

    // Resize with antialias and keep_aspect_ratio_policy came with operator set 18, which belongs to IR version 8.
    private const int OperatorSet = 18;
    private const int IrVersion = 8;
    private const int Channels = 3;

    /// <summary>Encoded bytes <c>[L]</c>, or pixels <c>[h, w, 1 or 3]</c>, to model input <c>[3, H, W]</c>.</summary>
    public static byte[] Preprocess(ModelManifest manifest, bool decode)
    {
        var writer = new GraphWriter(new GraphProto { Name = "preprocess" });
        string pixels = decode ? DecodeRgb(writer) : writer.Input(Input, [-1, -1, -1], DataType.Uint8);
        string image = Fit(writer, ToPlanes(writer, pixels), manifest);
        string scaled = writer.Add("Div", [writer.Add("Cast", [image], ("to", (int)DataType.Float)), writer.Constant(255f)]);
        Normalization normalization = manifest.Normalization;
        string mean = writer.Initializer(TensorContents.Floats("mean", normalization.Mean, 1, Channels, 1, 1), "mean");
        string deviation = writer.Initializer(TensorContents.Floats("std", normalization.StandardDeviation, 1, Channels, 1, 1), "std");
        string normalized = writer.Add("Div", [writer.Add("Sub", [scaled, mean]), deviation]);
        writer.Output(writer.Add("Squeeze", [normalized, writer.Constant(0L)]), Output);
        return ToBytes(writer.Graph);
    }

    /// <summary>Encoded bytes <c>[L]</c> to planes <c>[3, H, W]</c>: of the image's own size, or fitted to a model's input.</summary>
    public static byte[] DecodePixels(ModelManifest? input)
    {
        var writer = new GraphWriter(new GraphProto { Name = "decode" });
        string planes = ToPlanes(writer, DecodeRgb(writer));
        string image = input is null ? planes : Fit(writer, planes, input);

        // Moving the channels back here as well makes ONNX Runtime 1.29 push both transpositions through Resize and Slice, with a wrong index.
        writer.Output(writer.Add("Squeeze", [image, writer.Constant(0L)]), Output, DataType.Uint8);
        return ToBytes(writer.Graph);
    }

    /// <summary>Pixels <c>[h, w, 3]</c> to encoded bytes <c>[L]</c>.</summary>
    /// <param name="format">"png" or "jpg".</param>
    public static byte[] Encode(string format)
    {
        var writer = new GraphWriter(new GraphProto { Name = "encode" });
        string pixels = writer.Input(Input, [-1, -1, Channels], DataType.Uint8);
        writer.Output(Extension(writer, "EncodeImage", pixels, ("format", format), ("color_space", "rgb")), Output, DataType.Uint8);
        return ToBytes(writer.Graph);
    }

    public static InferenceSession Load(byte[] model)
    {
        // One image is too little work for several threads, and the classifier wants the cores.
        using SessionOptions options = new Onnx.Sessions.SessionSettings { Threads = 1 }.ToNative();

        // A damaged image is reported to whoever sent it; ONNX Runtime would write each one to standard error as well.
        options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
        options.RegisterOrtExtensions();
        return new InferenceSession(model, options);
    }

    // Without "rgb" the decoder swaps red and blue in place, as if every image had three channels: past the end of a grey one.
    private static string DecodeRgb(GraphWriter writer) =>
        Extension(writer, "DecodeImage", writer.Input(Input, [-1], DataType.Uint8), ("color_space", "rgb"));

    /// <summary>Pixels <c>[h, w, 1 or 3]</c> to <c>[1, 3, h, w]</c>; a grey JPEG decodes to one channel.</summary>
    private static string ToPlanes(GraphWriter writer, string pixels)
    {
        string colour = writer.Add("Expand", [pixels, writer.Constant(1, 1, Channels)]);
        string planes = writer.Add("Transpose", [colour], ("perm", new long[] { 2, 0, 1 }));
        return writer.Add("Unsqueeze", [planes, writer.Constant(0L)]);
    }

    private static string Fit(GraphWriter writer, string image, ModelManifest manifest) => Crop(writer, Resize(writer, image, manifest), manifest);

    private static string Resize(GraphWriter writer, string image, ModelManifest manifest)
    {
        bool keep = manifest.Crop == ImageCrop.Center;
        long[] sizes = keep ? [manifest.Resize, manifest.Resize] : [manifest.Height, manifest.Width];
        return writer.Add(
            "Resize",
            [image, string.Empty, string.Empty, writer.Constant(sizes)],
            ("mode", "linear"),
            ("antialias", 1),
            ("axes", new long[] { 2, 3 }),
            ("keep_aspect_ratio_policy", keep ? "not_smaller" : "stretch"));
    }

    private static string Crop(GraphWriter writer, string image, ModelManifest manifest)
    {
        if (manifest.Crop == ImageCrop.None)
        {
            return image;
        }

        string size = writer.Add("Slice", [writer.Add("Shape", [image]), writer.Constant(2L), writer.Constant(4L)]);
        string target = writer.Constant(manifest.Height, manifest.Width);
        string start = writer.Add("Div", [writer.Add("Sub", [size, target]), writer.Constant(2L)]);
        return writer.Add("Slice", [image, start, writer.Add("Add", [start, target]), writer.Constant(2, 3)]);
    }

    private static string Extension(GraphWriter writer, string operation, string input, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        string output = writer.Add(operation, [input], attributes);
        writer.Graph.Node[^1].Domain = ExtensionsDomain;
        return output;
    }

    private static byte[] ToBytes(GraphProto graph)
    {
        var model = new ModelProto { IrVersion = IrVersion, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = string.Empty, Version = OperatorSet });
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = ExtensionsDomain, Version = 1 });
        return model.ToByteArray();
    }
}
