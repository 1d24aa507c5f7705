using EdgeAdapt.Cloud.Service.Settings;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Cloud.Service.Tests;

/// <summary>A temporary folder with a student and a teacher file.</summary>
internal sealed class TinyFiles : IDisposable
{
    private static readonly Lazy<byte[]> LazyStudent = new(() => TinyClassifier.CreateBytes(seed: 1));
    private static readonly Lazy<byte[]> LazyTeacher = new(() => TinyClassifier.CreateBytes(seed: 2, channels: 24));

    public TinyFiles()
    {
        File.WriteAllBytes(Student, LazyStudent.Value);
        File.WriteAllBytes(Teacher, LazyTeacher.Value);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("edgeadapt-service-").FullName;

    public string Student => Path.Combine(Folder, "tiny.onnx");

    public string Teacher => Path.Combine(Folder, "teacher.onnx");

    public string State => Path.Combine(Folder, "state");

    public CloudSettings Settings(int brokerPort = 1883) => new()
    {
        Student = Student,
        Teacher = Teacher,
        Broker = $"127.0.0.1:{brokerPort}",
        State = State,
        Urls = "http://127.0.0.1:0",
        Mean = "0,0,0",
        StandardDeviation = "1,1,1",
        Threads = 1,
    };

    public CloudSetup Load(int brokerPort)
    {
        CloudSetup? setup = CloudSettingsCheck.TryLoad(Settings(brokerPort), out IReadOnlyList<string> faults);
        Assert.Empty(faults);
        return setup! with { Options = setup.Options with { CloudBatch = 8 } };
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
