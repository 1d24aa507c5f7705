using EdgeAdapt.Edge.Core.Uploading;
using EdgeAdapt.Messaging;

namespace EdgeAdapt.EndToEnd.Tests.Faults;

/// <summary>The product's times, made short: a cycle takes a second.</summary>
internal static class FaultTimes
{
    /// <summary>How samples are sent: what the cloud does not acknowledge within a second is sent again.</summary>
    public static UploadOptions Upload { get; } = new() { AcknowledgementTimeout = TimeSpan.FromSeconds(1), LongestAcknowledgementTimeout = TimeSpan.FromSeconds(2) };

    /// <summary>A broker's settings with short delays.</summary>
    public static MqttSessionOptions Hasten(MqttSessionOptions options) => options with
    {
        KeepAlive = TimeSpan.FromSeconds(5),
        ConnectTimeout = TimeSpan.FromSeconds(2),
        PublishTimeout = TimeSpan.FromSeconds(2),
        ReconnectMinimum = TimeSpan.FromMilliseconds(20),
        ReconnectMaximum = TimeSpan.FromMilliseconds(200),
    };
}
