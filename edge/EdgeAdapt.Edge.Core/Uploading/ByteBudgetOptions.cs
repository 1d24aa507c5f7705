using EdgeAdapt.Messaging;

namespace EdgeAdapt.Edge.Core.Uploading;

/// <summary>
/// How many bytes a device may send: MQTT packets of samples, repeated ones included, of status, statistics, telemetry and published answers, without the few bytes of TCP and TLS around
/// them and of connecting. Several limits hold together; null is no limit. In no period of its length is a budget exceeded.
/// </summary>
public sealed record ByteBudgetOptions
{
    /// <summary>The smallest budget, bytes.</summary>
    public const long SmallestBytes = 1024;

    // Of a packet, for its topic and its properties.
    private const int PacketRoom = 64 << 10;

    // A calendar month has 28 to 31 days; with 31 none of them sees more than the budget.
    private const int DaysOfMonth = 31;

    /// <summary>Bytes in any minute.</summary>
    public long? BytesPerMinute { get; init; }

    /// <summary>Bytes in any hour.</summary>
    public long? BytesPerHour { get; init; }

    /// <summary>Bytes in any day of 24 hours.</summary>
    public long? BytesPerDay { get; init; }

    /// <summary>Bytes in any 31 days.</summary>
    public long? BytesPerMonth { get; init; }

    /// <summary>
    /// Share of a budget that is saved while nothing is sent, 0.001 to 0.5; three quarters of it wait for a change of the stream. It is also what is lost of a budget in steady use: tokens come at
    /// (1 − share) · budget / period, so that a full bucket and a period's tokens together are the budget. Default 0.01. A bucket
    /// always has room for the largest sample.
    /// </summary>
    public double BurstShare { get; init; } = 0.01;

    /// <summary>
    /// Share of a budget that status, statistics, telemetry and published answers may take together in the long run, 0.01 to 0.9. Of each only the newest counts, so where it is less than they want they come less
    /// often; what they do not take is left to samples. Default 0.2.
    /// </summary>
    public double ReportShare { get; init; } = 0.2;

    /// <summary>What should wait in the outbox, in time that sending it takes, 1 second to 1 day: enough to choose from, little enough to be fresh. Default 1 minute, and never less than four samples.</summary>
    public TimeSpan Backlog { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>In what time a wrong backlog is corrected, 10 seconds to 1 day. Default 5 minutes: longer than the backlog itself, or it swings.</summary>
    public TimeSpan Horizon { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The limits that are given, shortest period first.</summary>
    internal IReadOnlyList<(TimeSpan Period, long Bytes)> Limits =>
    [
        .. new (TimeSpan Period, long? Bytes)[]
        {
            (TimeSpan.FromMinutes(1), BytesPerMinute), (TimeSpan.FromHours(1), BytesPerHour), (TimeSpan.FromDays(1), BytesPerDay), (TimeSpan.FromDays(DaysOfMonth), BytesPerMonth),
        }.Where(l => l.Bytes is not null).Select(l => (l.Period, l.Bytes!.Value)),
    ];

    /// <summary>What may be sent in the long run, bytes a second; null without a limit.</summary>
    internal double? BytesPerSecond => Limits.Count == 0 ? null : Limits.Min(l => (1 - BurstShare) * l.Bytes / l.Period.TotalSeconds);

    /// <summary>
    /// The largest sample that can be sent: what the cloud's client takes, of which the broker would discard a larger one without a word, and half of the smallest budget. Of a larger one the bucket
    /// would have to hold nearly all, and tokens would hardly come.
    /// </summary>
    internal long LargestSample => Limits.Select(l => l.Bytes / 2).Append(MqttSessionOptions.DefaultMaximumPacketLength - PacketRoom).Min();

    /// <summary>Every fault of these options with its remedy; empty where there is none.</summary>
    public IEnumerable<string> Faults()
    {
        foreach ((TimeSpan period, long bytes) in Limits)
        {
            if (bytes < SmallestBytes)
            {
                yield return $"A byte budget of {bytes} bytes in {Name(period)} holds no picture. Give --upload-megabytes-per-{Name(period)} at least {SmallestBytes / 1e6:0.######}, or leave it out.";
            }
        }

        if (!(BurstShare is >= 0.001 and <= 0.5))
        {
            yield return $"The burst of the byte budget is a share of {BurstShare}. Give --upload-burst 0.001 to 0.5, for example 0.01.";
        }

        if (!(ReportShare is >= 0.01 and <= 0.9))
        {
            yield return $"Reports may take a share of {ReportShare} of the byte budget. Give --upload-reports 0.01 to 0.9, for example 0.2.";
        }

        if (Backlog < TimeSpan.FromSeconds(1) || Backlog > TimeSpan.FromDays(1))
        {
            yield return $"The backlog of the byte budget is {Backlog}. Give 1 second to 1 day, for example 1 minute.";
        }

        if (Horizon < TimeSpan.FromSeconds(10) || Horizon > TimeSpan.FromDays(1))
        {
            yield return $"The horizon of the byte budget is {Horizon}. Give 10 seconds to 1 day, for example 5 minutes.";
        }
    }

    private static string Name(TimeSpan period) => period.TotalDays > 1 ? "month" : period.TotalHours > 1 ? "day" : period.TotalMinutes > 1 ? "hour" : "minute";
}
