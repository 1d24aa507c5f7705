using EdgeAdapt.Edge.Core.Frames;
using EdgeAdapt.Edge.Core.Tests.Answering;

namespace EdgeAdapt.Edge.Core.Tests.Frames;

public sealed class FrameInputOptionsTests : IDisposable
{
    private readonly AgentFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("cameras/+/image", null)]
    [InlineData("cameras/#", null)]
    [InlineData("edgeadapt/v1/default/cam-2/samples/tiny", null)]
    [InlineData("#", "covers topics")]
    [InlineData("edgeadapt/v1/+/+/samples/+", "covers topics")]
    [InlineData("edgeadapt/v1/default/_groups/night/parameters/tiny", "covers topics")]
    [InlineData("cameras/#/x", "no topic filter")]
    public void Faults_ImageTopic_MustBeAFilterOfOthers(string filter, string? part) =>
        Expect(Options(string.Empty) with { Input = new FrameInputOptions { ImageTopic = filter } }, part);

    [Fact]
    public void Faults_ImageTopicWithoutBrokerOrWithASource_IsOne()
    {
        var input = new FrameInputOptions { ImageTopic = "cameras/1" };
        Expect(Options(string.Empty) with { Input = input, Broker = null }, "--broker");
        Expect(Options(_fixture.WriteFrames(1)) with { Input = input }, "two sources");
    }

    [Fact]
    public void Faults_StandardInput_HasItsFlagsAndNoOthers()
    {
        Expect(Options("-"), null);
        Expect(Options("-") with { Input = new FrameInputOptions { Live = true, StreamSize = new FrameSize(640, 480) } }, null);
        Expect(Options("-") with { Loop = true }, "--loop");
        Expect(Options(_fixture.WriteFrames(1)) with { Input = new FrameInputOptions { Live = true } }, "--live");
        Expect(Options(_fixture.WriteFrames(1)) with { Input = new FrameInputOptions { StreamSize = new FrameSize(1, 1) } }, "--stdin-frames");
        Expect(Options("-") with { Input = new FrameInputOptions { StreamSize = new FrameSize(0, 5) } }, "--stdin-frames");
        Expect(Options("-") with { Input = new FrameInputOptions { StreamSize = new FrameSize(50_000, 1_001) } }, "--stdin-frames");
        Expect(Options("-") with { Input = new FrameInputOptions { StreamSize = new FrameSize(65_501, 1) } }, "--stdin-frames");
    }

    [Theory]
    [InlineData(999, false)]
    [InlineData(1000, true)]
    [InlineData(FrameInputOptions.LargestFrameBytes, true)]
    [InlineData(FrameInputOptions.LargestFrameBytes + 1, false)]
    public void Faults_FrameBytes_HasItsRange(int bytes, bool fits) =>
        Expect(Options("-") with { Input = new FrameInputOptions { MaximumFrameBytes = bytes } }, fits ? null : "--frame-megabytes");

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(FrameInputOptions.LongestImageQueue, true)]
    [InlineData(FrameInputOptions.LongestImageQueue + 1, false)]
    public void Faults_ImageQueue_HasItsRange(int queue, bool fits) =>
        Expect(Options("-") with { Input = new FrameInputOptions { ImageQueue = queue } }, fits ? null : "--image-queue");

    [Theory]
    [InlineData("640x480", true)]
    [InlineData("640", false)]
    [InlineData("640x480x3", false)]
    [InlineData("-1x2", false)]
    [InlineData("99999999999x1", false)]
    [InlineData(null, false)]
    public void TryParse_Text_IsASizeOrNone(string? text, bool valid) => Assert.Equal(valid, FrameSize.TryParse(text, out _));

    private EdgeAgentOptions Options(string source) => _fixture.Options(source);

    private static void Expect(EdgeAgentOptions options, string? part)
    {
        if (part is null)
        {
            Assert.Empty(options.Faults());
        }
        else
        {
            Assert.Contains(part, Assert.Single(options.Faults()), StringComparison.Ordinal);
        }
    }
}
