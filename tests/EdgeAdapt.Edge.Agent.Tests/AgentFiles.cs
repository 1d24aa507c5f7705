using EdgeAdapt.Datasets;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Agent.Tests;

/// <summary>A folder with the tiny classifier and frames for it, and settings that use them.</summary>
internal sealed class AgentFiles : IDisposable
{
    public AgentFiles()
    {
        System.IO.File.WriteAllBytes(File("tiny.onnx"), TinyClassifier.CreateBytes());
        const int count = 100;
        byte[] pixels = TinyImages.Render(3, count).Frames;
        System.IO.File.WriteAllBytes(File("frames.npy"), NpyFile.ToBytes(NpyArray.Of(pixels, count, TinyImages.Size, TinyImages.Size, 3)));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("edgeadapt-agent-").FullName;

    public string State => File("state");

    public string File(string name) => Path.Combine(Folder, name);

    /// <summary>Settings that an agent starts with, without a broker.</summary>
    public Dictionary<string, string?> Settings(params (string Name, string? Value)[] more)
    {
        Dictionary<string, string?> settings = new()
        {
            ["model"] = File("tiny.onnx"),
            ["source"] = File("frames.npy"),
            ["state"] = State,
            ["device"] = "cam-1",
            ["broker"] = "none",
            ["mean"] = "0,0,0",
            ["std"] = "1,1,1",
            ["threads"] = "1",
        };
        foreach ((string name, string? value) in more)
        {
            settings[name] = value;
        }

        return settings;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
