using EdgeAdapt.Demo.Processes;
using EdgeAdapt.Demo.Streams;

namespace EdgeAdapt.Demo;

/// <summary>The road-sign demo that needs no download: its stream and its two models, which the repository holds.</summary>
internal static class EmbeddedDemo
{
    /// <summary>Names the folder of the repository; the launcher sets it.</summary>
    public const string RootVariable = "EDGEADAPT_ROOT";

    private const string Folder = "deploy/models/roadsigns";

    /// <summary>The stream and the models' files.</summary>
    /// <exception cref="DemoException">A model is missing.</exception>
    public static (IDriftSource Source, string Student, string Teacher) Open()
    {
        string root = Environment.GetEnvironmentVariable(RootVariable) ?? HostPrograms.CheckoutFolder()
            ?? throw new DemoException($"The repository with {Folder} was not found. Start the demo with ./edgeadapt demo, or set {RootVariable}.");
        return (new RoadSignDrift(), Model("student.onnx"), Model("teacher.onnx"));

        string Model(string name)
        {
            string path = Path.Combine(root, Folder, name);
            return File.Exists(path) ? path : throw new DemoException(
                $"The embedded model '{path}' is missing. Check the repository out again, or train it anew with {Folder}/train.sh.");
        }
    }
}
