namespace EdgeAdapt.Contracts.Tests;

public sealed class TelemetryReportTests
{
    public static TheoryData<string, TelemetryReport> Broken()
    {
        TelemetryReport good = Samples.Telemetry;
        TelemetryWindow window = good.Window!;
        TelemetryChange change = good.LastChange!;
        return new()
        {
            { "group", good with { Group = "a/b" } },
            { "SHA-256", good with { BaseModelSha256 = "abc" } },
            { "fewer than nothing", good with { Frames = -1 } },
            { "fewer than nothing", good with { Changes = -1 } },
            { "suspicion", good with { Suspicion = -1 } },
            { "reference", good with { ReferenceEntropy = 1.5 } },
            { "histograms", good with { Window = window with { Frames = 0, Entropy = [0], Confidence = [0] } } },
            { "histograms", good with { Window = window with { Entropy = [3, 2] } } },
            { "histograms", good with { Window = window with { Entropy = [5, -1] } } },
            { "histograms", good with { Window = window with { Entropy = [] } } },
            { "histograms", good with { Window = window with { Confidence = [4, .. new long[TelemetryWindow.MaximumBins]] } } },
            { "histograms", good with { Window = window with { Classes = Enumerable.Range(0, TelemetryWindow.MaximumClasses + 1).ToDictionary(c => c, _ => 0L) } } },
            { "histograms", good with { Window = window with { Classes = new Dictionary<int, long> { [-1] = 1 } } } },
            { "histograms", good with { Window = window with { Classes = new Dictionary<int, long> { [1] = 5 } } } },
            { "histograms", good with { Window = window with { MeanEntropy = 1.01 } } },
            { "layers", good with { Layers = [null!] } },
            { "layers", good with { Layers = [new TelemetryLayer("x", -1, 0)] } },
            { "layers", good with { Layers = [new TelemetryLayer("x", 1, 1.1)] } },
            { "layers", good with { Layers = [.. Enumerable.Repeat(new TelemetryLayer("x", 1, 1), TelemetryReport.MaximumLayers + 1)] } },
            { "change", good with { LastChange = change with { Number = 0 } } },
            { "change", good with { LastChange = change with { Detector = "rm -rf" } } },
            { "change", good with { LastChange = change with { Before = 2 } } },
        };
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void ToMessage_WhatNoDeviceSees_IsMisuseThatNamesIt(string part, TelemetryReport report)
    {
        ArgumentException fault = Assert.Throws<ArgumentException>(() => report.ToMessage("acme", "cam-1", "m", Samples.Time));
        Assert.Contains(part, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"group\":\"a\",\"baseModelSha256\":null,\"frames\":1}")]
    [InlineData("{\"group\":\"a\",\"baseModelSha256\":\"x\",\"frames\":1e999}")]
    public void TryParse_JsonOfAnotherForm_IsAFault(string json)
    {
        MqttMessage message = Samples.Telemetry.ToMessage("acme", "cam-1", "m", Samples.Time) with { Payload = System.Text.Encoding.UTF8.GetBytes(json) };
        Assert.False(TelemetryReport.TryParse(message, out TelemetryReport? report, out string? fault));
        Assert.Null(report);
        Assert.Contains(message.Topic, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_NumberBeyondAnyDouble_IsAFault()
    {
        MqttMessage good = Samples.Telemetry.ToMessage("acme", "cam-1", "m", Samples.Time);
        string json = System.Text.Encoding.UTF8.GetString(good.Payload.Span).Replace("\"suspicion\":0.4", "\"suspicion\":1e999", StringComparison.Ordinal);
        Assert.Contains("1e999", json, StringComparison.Ordinal);
        Assert.False(TelemetryReport.TryParse(good with { Payload = System.Text.Encoding.UTF8.GetBytes(json) }, out _, out _));
    }
}
