using System.Text;

namespace EdgeAdapt.Onnx.Tests;

public sealed class OnnxModelTests
{
    [Theory]
    [InlineData("")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 1\n")]
    [InlineData("PK\u0003\u0004not a model")]
    public void Parse_BytesOfAnotherFormat_SaysNotOnnx(string content)
    {
        var e = Assert.Throws<OnnxModelException>(() => OnnxModel.Parse(Encoding.UTF8.GetBytes(content), "photo.onnx"));
        Assert.Contains("'photo.onnx' is not an ONNX model", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_SeededNoise_NeverEscapesAsAnotherException()
    {
        var random = new Random(5);
        for (int i = 0; i < 5_000; i++)
        {
            byte[] noise = new byte[random.Next(0, 400)];
            random.NextBytes(noise);
            Assert.Throws<OnnxModelException>(() => OnnxModel.Parse(noise, "noise"));
        }
    }

    [Fact]
    public void Load_MissingFile_NamesThePath()
    {
        var e = Assert.Throws<OnnxModelException>(() => OnnxModel.Load("/nowhere/model.onnx"));
        Assert.Contains("/nowhere/model.onnx", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Edit_ChangedCopy_LeavesTheOriginalAlone()
    {
        OnnxModel model = BatchNormalizationGraph.Create().ToModel();
        OnnxModel edited = model.Edit(proto => proto.Graph.Node.Clear());
        Assert.NotEmpty(model.Graph.Node);
        Assert.Empty(edited.Graph.Node);
        Assert.Equal(model.Sha256, edited.Sha256);
    }
}
