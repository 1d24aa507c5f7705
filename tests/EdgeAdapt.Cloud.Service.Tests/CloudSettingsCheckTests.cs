using EdgeAdapt.Adaptation;
using EdgeAdapt.Cloud.Service.Settings;
using EdgeAdapt.Onnx;
using Google.Protobuf;

namespace EdgeAdapt.Cloud.Service.Tests;

public sealed class CloudSettingsCheckTests : IDisposable
{
    private readonly TinyFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void TryLoad_GoodSettings_GiveTheSetup()
    {
        CloudSetup setup = CloudSettingsCheck.TryLoad(_files.Settings() with { Model = "camera", Seed = 9, Profile = "paper" }, out IReadOnlyList<string> faults)!;
        Assert.Empty(faults);
        Assert.Equal(("camera", 12, 4), (setup.Manifest.Name, setup.Manifest.Height, setup.Manifest.Classes));
        Assert.Equal(CemaOptions.Paper with { Seed = 9 }, setup.Options);
        Assert.Equal(("127.0.0.1", 1883), (setup.Broker.Host, setup.Broker.Port));
        Assert.True(setup.Broker.SessionExpiry > TimeSpan.FromHours(1));
        Assert.False(Directory.Exists(_files.State));
    }

    [Fact]
    public void TryLoad_EverythingWrong_NamesAllFaultsAtOnce()
    {
        File.WriteAllText(_files.Student, "not a model");
        var settings = new CloudSettings
        {
            Student = _files.Student,
            Teacher = Path.Combine(_files.Folder, "absent.onnx"),
            Broker = "127.0.0.1:none",
            State = _files.Student,
            Urls = "http://127.0.0.1:8080;ftp://x;https://x",
            Tenant = "a/b",
            Model = "a b",
            Mean = "1,2",
            StandardDeviation = "0",
            Profile = "best",
            Threads = -1,
            SigningKey = Path.Combine(_files.Folder, "absent.key"),
        };
        Assert.Null(CloudSettingsCheck.TryLoad(settings, out IReadOnlyList<string> faults));
        foreach (string part in new[] { "tiny.onnx", "absent.onnx", "--broker", "--state", "ftp://x", "https://x", "--tenant", "--model", "Mean", "--profile", "--threads", "absent.key" })
        {
            Assert.Contains(faults, f => f.Contains(part, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(6, 12, "classes")]
    [InlineData(4, 16, "[N, 3, 12, 12]")]
    public void TryLoad_TeacherOfAnotherKind_IsNamed(int classes, int size, string part)
    {
        OnnxModel teacher = OnnxModel.Load(_files.Teacher).Edit(proto =>
        {
            proto.Graph.Output[0].Type.TensorType.Shape.Dim[1].DimValue = classes;
            proto.Graph.Input[0].Type.TensorType.Shape.Dim[2].DimValue = size;
            proto.Graph.Input[0].Type.TensorType.Shape.Dim[3].DimValue = size;
        });
        File.WriteAllBytes(_files.Teacher, teacher.Proto.ToByteArray());
        Assert.Null(CloudSettingsCheck.TryLoad(_files.Settings(), out IReadOnlyList<string> faults));
        Assert.Contains(part, Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void TryLoad_FixedBatch_IsNamed()
    {
        OnnxModel student = OnnxModel.Load(_files.Student).Edit(proto => proto.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimValue = 1);
        File.WriteAllBytes(_files.Student, student.Proto.ToByteArray());
        Assert.Null(CloudSettingsCheck.TryLoad(_files.Settings(), out IReadOnlyList<string> faults));
        Assert.Contains("exactly 1 images", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void TryLoad_MeanWithoutStd_IsNamed()
    {
        Assert.Null(CloudSettingsCheck.TryLoad(_files.Settings() with { StandardDeviation = null }, out IReadOnlyList<string> faults));
        Assert.Contains("go together", Assert.Single(faults), StringComparison.Ordinal);
    }
}
