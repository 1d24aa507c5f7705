using EdgeAdapt.Contracts;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Messaging;

/// <summary>The log messages of sessions.</summary>
internal static partial class SessionLog
{
    [LoggerMessage(EventIds.MessagingSession, LogLevel.Information, "Connected to the broker at {Host}:{Port} as {ClientId}.")]
    public static partial void Connected(ILogger logger, string host, int port, string clientId);

    [LoggerMessage(EventIds.MessagingSession + 1, LogLevel.Warning, "No connection to the broker at {Host}:{Port}: {Fault} It is tried again until it works.")]
    public static partial void ConnectFailed(ILogger logger, string host, int port, string fault);

    [LoggerMessage(EventIds.MessagingSession + 2, LogLevel.Warning, "The connection to the broker at {Host}:{Port} is gone: {Reason} It is tried again until it works.")]
    public static partial void ConnectionLost(ILogger logger, string host, int port, string reason);

    [LoggerMessage(EventIds.MessagingSession + 3, LogLevel.Error, "The MQTT client failed. The session continues with a new connection.")]
    public static partial void TransportFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.MessagingSession + 4, LogLevel.Error, "A listener to the session's state failed at the change to {State}. The session continues.")]
    public static partial void ListenerFailed(ILogger logger, Exception exception, MqttSessionState state);

    [LoggerMessage(EventIds.MessagingSubscription, LogLevel.Error,
        "The broker does not grant the subscription to {Filter}: {Fault} Correct the broker's access rules; it is tried again every few minutes and at the next connect.")]
    public static partial void SubscriptionRefused(ILogger logger, string filter, string fault);

    [LoggerMessage(EventIds.MessagingSubscription + 1, LogLevel.Error, "The handler of {Filter} failed for a message on {Topic}. The message is given up.")]
    public static partial void HandlerFailed(ILogger logger, Exception exception, string topic, string filter);

    [LoggerMessage(EventIds.MessagingSubscription + 2, LogLevel.Debug, "Nobody takes messages on {Topic}; this one is given up.")]
    public static partial void NobodyTakes(ILogger logger, string topic);

    [LoggerMessage(EventIds.MessagingSubscription + 3, LogLevel.Information, "The broker grants the subscription to {Filter} now.")]
    public static partial void SubscriptionGranted(ILogger logger, string filter);

    [LoggerMessage(EventIds.MessagingPublish, LogLevel.Warning, "A message of {Bytes} bytes on {Topic} is refused: {Fault}")]
    public static partial void PublishRefused(ILogger logger, long bytes, string topic, string fault);

    [LoggerMessage(EventIds.MessagingPublish + 1, LogLevel.Warning, "The broker did not acknowledge a message of {Bytes} bytes on {Topic} within {Timeout}.")]
    public static partial void PublishTimedOut(ILogger logger, long bytes, string topic, TimeSpan timeout);
}
