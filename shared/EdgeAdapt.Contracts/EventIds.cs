namespace EdgeAdapt.Contracts;

/// <summary>
/// The stable ids of all log messages, in blocks: edge from 1000, cloud from 2000, messaging from 3000. An id is never
/// reused: that of a removed message stays here with a remark, since operators' alerts name it.
/// </summary>
public static class EventIds
{
    /// <summary>1000-1019: start and stop of the agent, its settings and its frame source.</summary>
    public const int EdgeAgent = 1000;

    /// <summary>1020-1039: inference.</summary>
    public const int EdgeInference = 1020;

    /// <summary>1040-1059: the entropy filter.</summary>
    public const int EdgeFilter = 1040;

    /// <summary>1060-1079: the outbox and uploads.</summary>
    public const int EdgeOutbox = 1060;

    /// <summary>1080-1099: parameter sets: received, refused, swapped.</summary>
    public const int EdgeSwap = 1080;

    /// <summary>1100-1119: statistics re-estimated on the device.</summary>
    public const int EdgeStatistics = 1100;

    /// <summary>1120-1139: the device's inference server.</summary>
    public const int EdgeServer = 1120;

    /// <summary>1140-1159: drift telemetry, audit samples and privacy.</summary>
    public const int EdgeTelemetry = 1140;

    /// <summary>2000-2019: start and stop of the service and its settings.</summary>
    public const int CloudService = 2000;

    /// <summary>2020-2039: samples and statistics coming in.</summary>
    public const int CloudIngest = 2020;

    /// <summary>2040-2059: adaptation steps.</summary>
    public const int CloudAdaptation = 2040;

    /// <summary>2060-2079: parameter sets going out.</summary>
    public const int CloudPublish = 2060;

    /// <summary>2080-2099: what is kept on disk.</summary>
    public const int CloudStore = 2080;

    /// <summary>3000-3019: the MQTT session.</summary>
    public const int MessagingSession = 3000;

    /// <summary>3020-3039: message handlers and subscriptions.</summary>
    public const int MessagingSubscription = 3020;

    /// <summary>3040-3059: publishing.</summary>
    public const int MessagingPublish = 3040;
}
