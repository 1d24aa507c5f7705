using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Uplink;
using EdgeAdapt.Messaging;

namespace EdgeAdapt.Edge.Page.Tests;

/// <summary>A connected uplink whose cloud has each sample at once.</summary>
internal sealed class AcknowledgingUplink : IUplink
{
    private Func<MqttMessage, CancellationToken, ValueTask>? _acknowledge;
    private long _sent;

    public event Action? ConnectionChanged;

    public bool IsConnected { get; private set; }

    public long BytesSent => Interlocked.Read(ref _sent);

    public long BytesReceived => 0;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        IsConnected = true;
        ConnectionChanged?.Invoke();
        return Task.CompletedTask;
    }

    public ValueTask SubscribeAsync(string filter, Func<MqttMessage, CancellationToken, ValueTask> handler, QualityOfService quality = QualityOfService.AtLeastOnce)
    {
        _acknowledge = filter == Topics.SampleAcknowledgements(Topics.DefaultTenant, RoadSignAgent.Device) ? handler : _acknowledge;
        return ValueTask.CompletedTask;
    }

    public async Task<PublishOutcome> PublishAsync(MqttMessage message, CancellationToken cancellationToken)
    {
        Interlocked.Add(ref _sent, message.PacketLength);
        if (SampleUpload.TryParse(message, out SampleUpload? sample, out _))
        {
            await _acknowledge!(new SampleAcknowledgement([sample.Id]).ToMessage(sample.Tenant, sample.Device, sample.Captured), cancellationToken);
        }

        return PublishOutcome.Acknowledged;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
