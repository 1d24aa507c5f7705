using EdgeAdapt.Contracts;
using EdgeAdapt.Messaging;

namespace EdgeAdapt.Cloud.Core.Ingest;

/// <summary>Publishes one message and waits for the broker's answer.</summary>
public delegate Task<PublishOutcome> PublishMessage(MqttMessage message, CancellationToken cancellationToken);
