namespace EdgeAdapt.Contracts.Tests;

public sealed class TopicsTests
{
    public static TheoryData<string, string, TopicAddress> All() => new()
    {
        { Topics.Samples("acme", "cam-1", "m_1"), "edgeadapt/v1/acme/cam-1/samples/m_1", new(TopicKind.Samples, "acme", "cam-1", null, "m_1") },
        { Topics.SampleAcknowledgements("acme", "cam-1"), "edgeadapt/v1/acme/cam-1/samples-ack", new(TopicKind.SampleAcknowledgements, "acme", "cam-1", null, null) },
        { Topics.Statistics("acme", "cam-1", "m"), "edgeadapt/v1/acme/cam-1/statistics/m", new(TopicKind.Statistics, "acme", "cam-1", null, "m") },
        { Topics.Telemetry("acme", "cam-1", "m"), "edgeadapt/v1/acme/cam-1/telemetry/m", new(TopicKind.Telemetry, "acme", "cam-1", null, "m") },
        { Topics.Answers("acme", "cam-1", "m"), "edgeadapt/v1/acme/cam-1/answers/m", new(TopicKind.Answers, "acme", "cam-1", null, "m") },
        { Topics.Status("acme", "cam-1"), "edgeadapt/v1/acme/cam-1/status", new(TopicKind.Status, "acme", "cam-1", null, null) },
        { Topics.GroupParameters("acme", "north", "m"), "edgeadapt/v1/acme/_groups/north/parameters/m", new(TopicKind.GroupParameters, "acme", null, "north", "m") },
    };

    [Theory]
    [MemberData(nameof(All))]
    public void TryParse_OwnTopics_GiveTheirPartsBack(string topic, string expected, TopicAddress address)
    {
        Assert.Equal(expected, topic);
        Assert.True(Topics.TryParse(topic, out TopicAddress? parsed));
        Assert.Equal(address, parsed);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("edgeadapt/v1")]
    [InlineData("edgeadapt/v2/acme/cam-1/status")]
    [InlineData("Edgeadapt/v1/acme/cam-1/status")]
    [InlineData("edgeadapt/v1/acme/cam-1/status/")]
    [InlineData("edgeadapt/v1/acme/cam-1/samples")]
    [InlineData("edgeadapt/v1/acme/cam-1/samples/")]
    [InlineData("edgeadapt/v1/acme/cam-1/samples/m/x")]
    [InlineData("edgeadapt/v1//cam-1/status")]
    [InlineData("edgeadapt/v1/acme/c m/status")]
    [InlineData("edgeadapt/v1/acme/_cam/status")]
    [InlineData("edgeadapt/v1/acme/_groups/status")]
    [InlineData("edgeadapt/v1/acme/_groups/north/parameters")]
    [InlineData("edgeadapt/v1/acme/_groups/north/weights/m")]
    [InlineData("edgeadapt/v1/acme/../parameters/m")]
    public void TryParse_AnythingElse_IsFalse(string? topic)
    {
        Assert.False(Topics.TryParse(topic, out TopicAddress? address));
        Assert.Null(address);
    }

    [Fact]
    public void TryParse_RandomTopics_NeverThrows()
    {
        var random = new Random(1);
        string[] levels = ["edgeadapt", "v1", "_groups", "samples", "samples-ack", "status", "parameters", "statistics", "telemetry", "a", "", "+", "#", "\0", "ü"];
        int parsed = 0;
        for (int i = 0; i < 20_000; i++)
        {
            string topic = "edgeadapt/v1/" + string.Join('/', random.GetItems(levels, random.Next(7)));
            parsed += Topics.TryParse(topic, out _) ? 1 : 0;
        }

        Assert.InRange(parsed, 1, 5000);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("+")]
    [InlineData("#")]
    [InlineData("größe")]
    [InlineData("_cam")]
    public void Samples_NameThatIsNone_IsMisuse(string device) => Assert.Throws<ArgumentException>(() => Topics.Samples("t", device, "m"));

    [Fact]
    public void IsName_Lengths_EndAt64()
    {
        Assert.True(Topics.IsName(new string('x', 64)));
        Assert.False(Topics.IsName(new string('x', 65)));
        Assert.False(Topics.IsName(null));
    }

    [Theory]
    [InlineData("ResNet-20 v1.2.onnx", "ResNet-20-v1-2-onnx")]
    [InlineData("__model", "model")]
    [InlineData("größe", "gr--e")]
    public void ToName_AnyText_IsANameForADevice(string text, string expected)
    {
        Assert.Equal(expected, Topics.ToName(text));
        Assert.True(Topics.IsDeviceName(Topics.ToName(text)));
    }

    [Fact]
    public void ToName_NothingUsable_IsMisuse() => Assert.Throws<ArgumentException>(() => Topics.ToName("../.."));

    [Fact]
    public void Filters_TenantOrAll_StandInTheTenantsLevel()
    {
        Assert.Equal("edgeadapt/v1/+/+/samples/+", Topics.AllSamples());
        Assert.Equal("edgeadapt/v1/acme/+/statistics/+", Topics.AllStatistics("acme"));
        Assert.Equal("edgeadapt/v1/acme/+/telemetry/+", Topics.AllTelemetry("acme"));
        Assert.Equal("edgeadapt/v1/acme/+/status", Topics.AllStatus("acme"));
        Assert.Throws<ArgumentException>(() => Topics.AllStatus("+"));
    }
}
