namespace EdgeAdapt.Contracts.Tests;

public sealed class MessageRoundTripTests
{
    [Fact]
    public void SampleUpload_ToMessage_CarriesCloudEventsAttributesAndThePayloadAsItIs()
    {
        MqttMessage message = Samples.Upload.ToMessage();

        Assert.Equal("edgeadapt/v1/acme/cam-1/samples/resnet20", message.Topic);
        Assert.Equal(Samples.Upload.Content.ToArray(), message.Payload.ToArray());
        Assert.Equal("image/png", message.ContentType);
        Assert.False(message.Retain);
        Assert.Equal("1.0", message.UserProperties["specversion"]);
        Assert.Equal("io.edgeadapt.sample.uploaded.v1", message.UserProperties["type"]);
        Assert.Equal("/edgeadapt/v1/acme/cam-1", message.UserProperties["source"]);
        Assert.Equal("9f64a747e1b97f131fabb6b447296c9b", message.UserProperties["id"]);
        Assert.Equal("resnet20", message.UserProperties["subject"]);
        Assert.Equal("2025-03-04T03:06:07.123Z", message.UserProperties["time"]);
        Assert.Equal(Samples.Trace, message.UserProperties["traceparent"]);
        Assert.All(message.UserProperties.Keys, k => Assert.Matches("^[a-z0-9]+$", k));
    }

    [Fact]
    public void SampleUpload_RoundTrip_GivesEverythingBack()
    {
        Assert.True(SampleUpload.TryParse(Samples.Upload.ToMessage(), out SampleUpload? read, out string? fault), fault);

        Assert.Equal(Samples.Upload.Content.ToArray(), read.Content.ToArray());
        Assert.Equal(Samples.Upload with { Content = default }, read with { Content = default });
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(999, true)]
    public void SampleUpload_AuditMark_ComesBack(int answered, bool selected)
    {
        SampleUpload marked = Samples.Upload with { Audit = new SampleAudit(answered, selected) };
        Assert.True(SampleUpload.TryParse(marked.ToMessage(), out SampleUpload? read, out string? fault), fault);
        Assert.Equal(marked.Audit, read.Audit);
        Assert.Equal(selected ? "also" : "only", marked.ToMessage().UserProperties["audit"]);
        Assert.False(Samples.Upload.ToMessage().UserProperties.ContainsKey("audit"));
    }

    [Fact]
    public void SampleAcknowledgement_RoundTrip_GivesEverythingBack()
    {
        MqttMessage message = Samples.Acknowledgement.ToMessage("acme", "cam-1", Samples.Time, Samples.Trace);

        Assert.True(SampleAcknowledgement.TryParse(message, out SampleAcknowledgement? read, out string? fault), fault);
        Assert.Equal(Samples.Acknowledgement.Ids, read.Ids);
        Assert.Equal("edgeadapt/v1/acme/cam-1/samples-ack", message.Topic);
        Assert.Equal("io.edgeadapt.samples.stored.v1", message.UserProperties["type"]);
    }

    [Fact]
    public void StatisticsReport_RoundTrip_GivesEverythingBack()
    {
        MqttMessage message = Samples.Statistics.ToMessage();

        Assert.True(StatisticsReport.TryParse(message, out StatisticsReport? read, out string? fault), fault);
        Assert.Equal(Samples.Statistics.Tensors, read.Tensors);
        Assert.Equal(Samples.Statistics with { Tensors = read.Tensors }, read);
        Assert.Equal("io.edgeadapt.statistics.reported.v1", message.UserProperties["type"]);
    }

    [Fact]
    public void ParametersPublication_RoundTrip_GivesEverythingBackAndIsRetained()
    {
        MqttMessage message = Samples.Publication.ToMessage();

        Assert.True(ParametersPublication.TryParse(message, out ParametersPublication? read, out string? fault), fault);
        Assert.True(message.Retain);
        Assert.Equal("application/vnd.edgeadapt.parameters", message.ContentType);
        Assert.Equal("io.edgeadapt.parameters.published.v1", message.UserProperties["type"]);
        Assert.Equal(Samples.Set.Manifest, read.Set.Manifest);
        Assert.Equal(Samples.Set.Tensors, read.Set.Tensors);
        Assert.Equal(Samples.Publication with { Set = read.Set }, read);
    }

    [Fact]
    public void DeviceStatus_RoundTrip_GivesEverythingBackAndIsRetained()
    {
        MqttMessage message = Samples.Status.ToMessage("acme", "cam-1", Samples.Time);

        Assert.True(DeviceStatus.TryParse(message, out DeviceStatus? read, out string? fault), fault);
        Assert.Equal(Samples.Status, read);
        Assert.True(message.Retain);
    }

    [Fact]
    public void TelemetryReport_RoundTrip_GivesEverythingBackAndIsNotRetained()
    {
        MqttMessage message = Samples.Telemetry.ToMessage("acme", "cam-1", "resnet20", Samples.Time);

        Assert.True(TelemetryReport.TryParse(message, out TelemetryReport? read, out string? fault), fault);
        Assert.False(message.Retain);
        Assert.Equal("edgeadapt/v1/acme/cam-1/telemetry/resnet20", message.Topic);
        Assert.Equal("io.edgeadapt.telemetry.reported.v1", message.UserProperties["type"]);
        Assert.Equal(message.Payload.ToArray(), read.ToMessage("acme", "cam-1", "resnet20", Samples.Time).Payload.ToArray());
        Assert.Equal(Samples.Telemetry.LastChange, read.LastChange);
        Assert.Equal(Samples.Telemetry.Window!.Classes, read.Window!.Classes);
        Assert.Equal(Samples.Telemetry.Layers, read.Layers);
    }

    [Fact]
    public void ToMessage_SameContent_SameBytes() =>
        Assert.All(Samples.AllMessages.Zip(Samples.AllMessages), m => Assert.Equal(m.First.Payload.ToArray(), m.Second.Payload.ToArray()));

    [Fact]
    public void PacketLength_KnownMessages_IsThatOfTheEncoding()
    {
        // 30 0? | 00 01 't' | 00 01 | 00: fixed header 2, topic 3, packet id 2, property length 1.
        Assert.Equal(8, new MqttMessage { Topic = "t" }.PacketLength);

        // 4 bytes for the expiry and 1 for its identifier; content type 1 + 2 + 1; user property 1 + 2 + 1 + 2 + 2.
        var message = new MqttMessage
        {
            Topic = "t",
            ContentType = "x",
            Expiry = TimeSpan.FromSeconds(9),
            UserProperties = new Dictionary<string, string> { ["k"] = "ü" },
            Payload = new byte[10],
        };
        Assert.Equal(8 + 5 + 4 + 8 + 10, message.PacketLength);

        // From 128 bytes on the remaining length takes a second byte.
        Assert.Equal(2 + 127, new MqttMessage { Topic = "t", Payload = new byte[121] }.PacketLength);
        Assert.Equal(3 + 128, new MqttMessage { Topic = "t", Payload = new byte[122] }.PacketLength);
    }
}
