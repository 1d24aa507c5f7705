using System.Text;

namespace EdgeAdapt.Contracts.Tests;

public sealed class MessageFaultTests
{
    public static TheoryData<string, string> BrokenUploads() => new()
    {
        { "id", "no-such-content" },
        { "id", "" },
        { "specversion", "2.0" },
        { "type", EventTypes.SamplesStored },
        { "time", "yesterday" },
        { "group", "a/b" },
        { "basemodel", "abc" },
        { "parameterversion", "-1" },
        { "parameterversion", "9999999999999999999999" },
        { "parameterversion", "1.5" },
        { "entropy", "NaN" },
        { "entropy", "1e99" },
        { "entropy", "-0.1" },
        { "entropy", "" },
    };

    [Theory]
    [MemberData(nameof(BrokenUploads))]
    public void SampleUpload_BrokenProperty_IsAFaultThatNamesIt(string property, string value)
    {
        MqttMessage message = With(Samples.Upload.ToMessage(), property, value);

        Assert.False(SampleUpload.TryParse(message, out SampleUpload? upload, out string? fault));
        Assert.Null(upload);
        Assert.Contains(property is "specversion" ? "CloudEvents" : property, fault, StringComparison.Ordinal);
        Assert.Contains(message.Topic, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void SampleUpload_MissingProperty_IsAFaultThatNamesIt()
    {
        MqttMessage message = Samples.Upload.ToMessage();
        foreach (string property in message.UserProperties.Keys.Except(["subject", "traceparent"]))
        {
            var rest = message.UserProperties.Where(p => p.Key != property).ToDictionary();

            Assert.False(SampleUpload.TryParse(message with { UserProperties = rest }, out _, out string? fault));
            Assert.Contains($"'{property}'", fault, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("audit", "yes")]
    [InlineData("audit", "")]
    [InlineData("auditclass", "-1")]
    [InlineData("auditclass", "2147483648")]
    [InlineData("auditclass", "")]
    public void SampleUpload_BrokenAuditMark_IsAFaultThatNamesIt(string property, string value)
    {
        MqttMessage message = With((Samples.Upload with { Audit = new SampleAudit(1, true) }).ToMessage(), property, value);
        Assert.False(SampleUpload.TryParse(message, out _, out string? fault));
        Assert.Contains(property, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void SampleUpload_ChangedPayload_IsAFault()
    {
        MqttMessage message = Samples.Upload.ToMessage();

        Assert.False(SampleUpload.TryParse(message with { Payload = message.Payload[..3] }, out _, out string? cut));
        Assert.Contains("Upload it again", cut, StringComparison.Ordinal);
        Assert.False(SampleUpload.TryParse(message with { Payload = default }, out _, out _));
        Assert.False(SampleUpload.TryParse(message with { ContentType = "text/html" }, out _, out _));
        Assert.False(SampleUpload.TryParse(message with { ContentType = null }, out _, out _));
    }

    [Fact]
    public void SampleUpload_DamagedTraceContext_IsDroppedAndTheSampleKept()
    {
        foreach (string trace in new[] { "", "00-0-0-0", Samples.Trace.ToUpperInvariant(), Samples.Trace.Replace('b', '0').Replace("7ad607169203331", "000000000000000"), Samples.Trace + "x" })
        {
            Assert.True(SampleUpload.TryParse(With(Samples.Upload.ToMessage(), "traceparent", trace), out SampleUpload? upload, out string? fault), fault);
            Assert.Null(upload.TraceParent);
        }
    }

    [Fact]
    public void TryParse_MessageOfAnotherKind_IsAFault()
    {
        foreach (MqttMessage message in Samples.AllMessages)
        {
            bool[] accepted =
            [
                SampleUpload.TryParse(message, out _, out _),
                SampleAcknowledgement.TryParse(message, out _, out _),
                StatisticsReport.TryParse(message, out _, out _),
                ParametersPublication.TryParse(message, out _, out _),
                DeviceStatus.TryParse(message, out _, out _),
                TelemetryReport.TryParse(message, out _, out _),
                DeviceAnswer.TryParse(message, out _, out _),
            ];
            Assert.Single(accepted, a => a);
        }
    }

    [Fact]
    public void ToMessage_WhatWouldBeRefused_IsMisuse()
    {
        Assert.Throws<ArgumentException>(() => (Samples.Upload with { Id = new string('0', 32) }).ToMessage());
        Assert.Throws<ArgumentException>(() => (Samples.Upload with { Entropy = float.NaN }).ToMessage());
        Assert.Throws<ArgumentException>(() => (Samples.Upload with { Device = "a/b" }).ToMessage());
        Assert.Throws<ArgumentException>(() => new SampleAcknowledgement([]).ToMessage("t", "d", Samples.Time));
        Assert.Throws<ArgumentException>(() => new SampleAcknowledgement(["x"]).ToMessage("t", "d", Samples.Time));
        Assert.Throws<ArgumentException>(() => (Samples.Status with { Group = "" }).ToMessage("t", "d", Samples.Time));
        Assert.Throws<ArgumentException>(() => (Samples.Statistics with { Tensors = new Dictionary<string, float[]> { ["m"] = [float.NaN] } }).ToMessage());
    }

    [Fact]
    public void ParametersPublication_NaNOrRemoval_IsAFault()
    {
        var tensors = new Dictionary<string, float[]> { ["bn1.weight"] = [1, float.PositiveInfinity] };
        MqttMessage message = Samples.Publication.ToMessage();
        byte[] poisoned = ParameterSets.ParameterSetFile.ToBytes(Samples.Set with { Tensors = tensors });

        Assert.False(ParametersPublication.TryParse(message with { Payload = poisoned }, out _, out string? fault));
        Assert.Contains("bn1.weight", fault, StringComparison.Ordinal);
        Assert.False(ParametersPublication.TryParse(message with { Payload = default }, out _, out string? removed));
        Assert.Contains("no readable parameter set", removed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"ids\":null}")]
    [InlineData("{\"ids\":[null]}")]
    [InlineData("{\"ids\":[1]}")]
    [InlineData("{\"ids\":[]}")]
    [InlineData("{\"ids\":\"0\"}")]
    [InlineData("[[[[")]
    [InlineData("")]
    public void SampleAcknowledgement_OtherJson_IsAFault(string json)
    {
        MqttMessage message = Samples.Acknowledgement.ToMessage("t", "d", Samples.Time) with { Payload = Encoding.UTF8.GetBytes(json) };

        Assert.False(SampleAcknowledgement.TryParse(message, out _, out string? fault));
        Assert.NotEmpty(fault);
    }

    [Fact]
    public void SampleAcknowledgement_MoreIdsThanAllowed_IsAFault()
    {
        string id = new('0', 32);
        new SampleAcknowledgement([.. Enumerable.Repeat(id, SampleAcknowledgement.MaximumIds)]).ToMessage("t", "d", Samples.Time);

        Assert.Throws<ArgumentException>(() =>
            new SampleAcknowledgement([.. Enumerable.Repeat(id, SampleAcknowledgement.MaximumIds + 1)]).ToMessage("t", "d", Samples.Time));
    }

    [Fact]
    public void Faults_TextFromOutside_IsCutAndWithoutControlCharacters()
    {
        MqttMessage message = With(Samples.Upload.ToMessage(), "group", "\r\n\u001b[2J" + new string('x', 10_000));

        Assert.False(SampleUpload.TryParse(message, out _, out string? fault));
        Assert.True(fault.Length < 500);
        Assert.DoesNotContain(fault, char.IsControl);
    }

    internal static MqttMessage With(MqttMessage message, string property, string value) =>
        message with { UserProperties = new Dictionary<string, string>(message.UserProperties) { [property] = value } };
}
