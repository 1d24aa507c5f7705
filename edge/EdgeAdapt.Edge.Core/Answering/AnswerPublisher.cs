using System.Threading.Channels;
using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Reporting;
using EdgeAdapt.Edge.Core.Uplink;
using EdgeAdapt.Edge.Core.Uploading;
using EdgeAdapt.Messaging;

namespace EdgeAdapt.Edge.Core.Answering;

/// <summary>
/// Publishes answers without ever holding one up: a few wait for the network, and the oldest gives way. Without a connection none waits; each that is not published is counted.
/// </summary>
/// <param name="changesOnly">Whether an answer of the class published last is left out.</param>
/// <param name="pack">Makes the message of an answer.</param>
/// <param name="uplink">Sends it.</param>
/// <param name="counters">Counts.</param>
/// <param name="allowance">Pays; an answer that it does not pay for at once is not published. Null publishes each.</param>
internal sealed class AnswerPublisher(bool changesOnly, Func<PublishedAnswer, MqttMessage> pack, IUplink uplink, AgentCounters counters, ReportAllowance? allowance = null)
{
    /// <summary>Answers that may wait.</summary>
    public const int Capacity = 64;

    private const int NoClass = -1;
    private readonly Channel<PublishedAnswer> _waiting = Channel.CreateBounded<PublishedAnswer>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, _ => counters.CountUnpublishedAnswer());

    private int _last = NoClass;
    private int _missed = NoClass;

    /// <summary>Takes an answer; never waits and allocates nothing. Called by one thread at a time.</summary>
    public void Offer(AnsweredFrame answered)
    {
        if (changesOnly && answered.Class == Volatile.Read(ref _last))
        {
            return;
        }

        if (!uplink.IsConnected)
        {
            // The class may have changed and changed back by the time there is a connection, so what comes first then is told whatever it is.
            Volatile.Write(ref _last, NoClass);
            if (!changesOnly || answered.Class != _missed)
            {
                counters.CountUnpublishedAnswer();
            }

            _missed = answered.Class;
            return;
        }

        _missed = NoClass;
        Volatile.Write(ref _last, answered.Class);
        _waiting.Writer.TryWrite(new PublishedAnswer(
            answered.Number, answered.Frame.Name, answered.Captured, answered.Class, answered.Sample.Confidence, answered.Entropy, answered.Version, answered.StatisticsGeneration));
    }

    /// <summary>Publishes until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (PublishedAnswer answer in _waiting.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await PublishAsync(pack(answer), cancellationToken).ConfigureAwait(false))
            {
                counters.CountPublishedAnswer();
            }
            else
            {
                // Where another class was offered meanwhile and waits, that one is the last: forgotten, it would be told twice.
                Interlocked.CompareExchange(ref _last, NoClass, answer.Class);
                counters.CountUnpublishedAnswer();
            }
        }
    }

    private async Task<bool> PublishAsync(MqttMessage message, CancellationToken cancellationToken)
    {
        if (allowance is not null && allowance.WaitFor(message.PacketLength) != TimeSpan.Zero)
        {
            return false;
        }

        allowance?.Spend(message.PacketLength);
        PublishOutcome outcome = await uplink.PublishAsync(message, cancellationToken).ConfigureAwait(false);
        if (outcome == PublishOutcome.NotConnected)
        {
            allowance?.Refund(message.PacketLength);
        }

        return outcome == PublishOutcome.Acknowledged;
    }
}
