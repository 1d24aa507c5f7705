using System.Security.Cryptography;
using Google.Protobuf;
using Onnx;

namespace EdgeAdapt.Onnx;

/// <summary>
/// An ONNX model in memory together with the identity of the file it came from. Immutable by convention: whoever
/// changes a graph clones <see cref="Proto"/> first (<see cref="Edit"/> does).
/// </summary>
public sealed class OnnxModel
{
    private OnnxModel(ModelProto proto, string name, string sha256)
    {
        Proto = proto;
        Name = name;
        Sha256 = sha256;
    }

    /// <summary>The protobuf message. Read only: it is shared between everyone who holds this model.</summary>
    public ModelProto Proto { get; }

    /// <summary>Where the model came from, for messages: a file path or a name.</summary>
    public string Name { get; }

    /// <summary>
    /// SHA-256 of the bytes the model was loaded from, lower-case hexadecimal. An edited copy keeps the hash of its
    /// original, because parameter sets are bound to the file that devices have.
    /// </summary>
    public string Sha256 { get; }

    /// <summary>The model's graph.</summary>
    public GraphProto Graph => Proto.Graph;

    /// <summary>The version of the default operator set.</summary>
    public long OpsetVersion => Proto.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx")?.Version ?? 1;

    /// <summary>Reads a model file.</summary>
    /// <param name="path">A file with extension .onnx, weights inside it.</param>
    /// <exception cref="OnnxModelException">The file is missing, unreadable or not an ONNX model.</exception>
    public static OnnxModel Load(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OnnxModelException($"Cannot read the model file '{path}': {e.Message} Check the path.", e);
        }

        return Parse(bytes, path);
    }

    /// <summary>Reads a model from its serialized form.</summary>
    /// <param name="bytes">A serialized ONNX ModelProto.</param>
    /// <param name="name">What to call the model in messages.</param>
    /// <exception cref="OnnxModelException">The bytes are not an ONNX model, or its weights lie in other files.</exception>
    public static OnnxModel Parse(byte[] bytes, string name)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ModelProto proto;
        try
        {
            proto = ModelProto.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw NotOnnx(name, e);
        }

        // Any byte string of the right shape parses as protobuf; only a graph with nodes and an operator set is a model.
        if (proto.Graph is null || proto.Graph.Node.Count == 0 || proto.OpsetImport.Count == 0)
        {
            throw NotOnnx(name, null);
        }

        if (proto.Graph.Initializer.FirstOrDefault(t => t.DataLocation == TensorProto.Types.DataLocation.External) is { } external)
        {
            throw new OnnxModelException(
                $"'{name}' keeps the weight '{external.Name}' in another file. Save the model with its weights inside " +
                "(onnx.save_model(model, path, save_as_external_data=False)).");
        }

        return new OnnxModel(proto, name, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    /// <summary>A copy with a changed graph; name and hash of the original stay.</summary>
    /// <param name="change">Receives a deep copy of the message to change in place.</param>
    public OnnxModel Edit(Action<ModelProto> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        ModelProto copy = Proto.Clone();
        change(copy);
        return new OnnxModel(copy, Name, Sha256);
    }

    /// <summary>The serialized form, as ONNX Runtime loads it.</summary>
    public byte[] ToBytes() => Proto.ToByteArray();

    private static OnnxModelException NotOnnx(string name, Exception? cause)
    {
        string message = $"'{name}' is not an ONNX model. Give the .onnx file itself (not a checkpoint, an archive or a Git LFS pointer).";
        return cause is null ? new OnnxModelException(message) : new OnnxModelException(message, cause);
    }
}
