using System.Text.Json;

namespace EdgeAdapt.Contracts.Tests;

public sealed class DeviceAnswerTests
{
    [Fact]
    public void ToMessage_Answer_IsACloudEventSentAtMostOnce()
    {
        MqttMessage message = Samples.Answer.ToMessage("acme", "cam-1", "resnet20");

        Assert.Equal("edgeadapt/v1/acme/cam-1/answers/resnet20", message.Topic);
        Assert.Equal((QualityOfService.AtMostOnce, false), (message.Quality, message.Retain));
        Assert.Equal("application/json", message.ContentType);
        Assert.Equal("io.edgeadapt.frame.answered.v1", message.UserProperties["type"]);
        Assert.Equal("/edgeadapt/v1/acme/cam-1", message.UserProperties["source"]);
        Assert.Equal("resnet20", message.UserProperties["subject"]);
        Assert.Equal("2025-03-04T03:06:07.123Z", message.UserProperties["time"]);
        JsonElement payload = JsonDocument.Parse(message.Payload).RootElement;
        Assert.Equal(
            """{"class":3,"label":"stop","confidence":0.75,"entropy":0.5,"parameterVersion":3,"statisticsGeneration":12,"frame":17,"name":"stdin[17]"}""", payload.GetRawText());
    }

    [Fact]
    public void TryParse_OwnMessage_GivesEverythingBack()
    {
        Assert.True(DeviceAnswer.TryParse(Samples.Answer.ToMessage("acme", "cam-1", "resnet20"), out DeviceAnswer? read, out string? fault), fault);
        Assert.Equal(Samples.Answer, read with { Captured = Samples.Answer.Captured });
        Assert.Equal(Samples.Answer.Captured.UtcTicks, read.Captured.UtcTicks);
    }

    [Fact]
    public void ToMessage_TwoAnswers_HaveIdsOfTheirOwn()
    {
        DeviceAnswer[] answers = [Samples.Answer, Samples.Answer with { Frame = 18 }, Samples.Answer with { Captured = Samples.Time.AddTicks(1) }];
        Assert.Equal(3, answers.Select(a => a.ToMessage("acme", "cam-1", "m").UserProperties["id"]).Distinct().Count());
    }

    [Theory]
    [InlineData(-1, 0.5f, 0.5f)]
    [InlineData(0, 1.01f, 0.5f)]
    [InlineData(0, float.NaN, 0.5f)]
    [InlineData(0, 0.5f, -0.1f)]
    [InlineData(0, 0.5f, float.PositiveInfinity)]
    public void ToMessage_NumbersThatNoAnswerHas_AreMisuse(int answered, float confidence, float entropy) => Assert.Throws<ArgumentException>(
        () => (Samples.Answer with { Class = answered, Confidence = confidence, Entropy = entropy }).ToMessage("acme", "cam-1", "m"));

    [Theory]
    [InlineData(DeviceAnswer.MaximumTextLength, true)]
    [InlineData(DeviceAnswer.MaximumTextLength + 1, false)]
    public void ToMessage_LongName_EndsAtTheLimit(int length, bool fits)
    {
        DeviceAnswer answer = Samples.Answer with { Name = new string('n', length) };
        Assert.Equal(!fits, Record.Exception(() => answer.ToMessage("acme", "cam-1", "m")) is ArgumentException);
    }

    [Fact]
    public void PacketLength_AtMostOnce_HasNoPacketIdentifier()
    {
        MqttMessage message = Samples.Answer.ToMessage("acme", "cam-1", "m");
        Assert.Equal(2, (message with { Quality = QualityOfService.AtLeastOnce }).PacketLength - message.PacketLength);
    }
}
