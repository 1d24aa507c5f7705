using System.Diagnostics;
using EdgeAdapt.Contracts;

namespace EdgeAdapt.Edge.Core.Tracing;

/// <summary>
/// The agent's spans: <c>frame</c> (a selected frame from its capture to the outbox), <c>outbox</c> (its wait there), <c>upload</c> (until the cloud has it) and <c>swap</c> (a
/// parameter set from its arrival to the answer under it, or its refusal). One trace id goes from a frame over the cloud to the swap that it
/// caused. Frames that are not selected have none; without a listener there are no spans at all.
/// </summary>
public static class AgentTracing
{
    /// <summary>The source's name.</summary>
    public const string Name = "EdgeAdapt.Edge";

    private static readonly ActivitySource Source = new(Name, typeof(AgentTracing).Assembly.GetName().Version?.ToString(3));

    /// <summary>Starts a span below the one that a traceparent names, or a new trace; null where nobody listens.</summary>
    internal static Activity? Start(string name, ActivityKind kind, string? parent, DateTimeOffset start = default)
    {
        // Not below whatever happens to run on this thread: spans of one sample follow each other on several.
        ActivityContext.TryParse(parent, null, isRemote: true, out ActivityContext context);
        Activity? around = Activity.Current;
        Activity.Current = null;
        Activity? span = Source.StartActivity(name, kind, context, startTime: start);
        Activity.Current = around;
        return span;
    }

    /// <summary>Starts the trace of a selected frame.</summary>
    internal static Activity? StartFrame(DateTimeOffset captured, float entropy, long version)
    {
        Activity? span = Start("frame", ActivityKind.Internal, null, captured);
        span?.SetTag("edgeadapt.entropy", entropy).SetTag("edgeadapt.parameters.version", version);
        return span;
    }

    /// <summary>The traceparent of a span; a random one where there is none, so that the sample's way can be followed at the cloud all the same.</summary>
    internal static string Parent(Activity? span) => span?.Id ?? $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-01";

    /// <summary>The span of a message's arrival; below its sender's.</summary>
    internal static Activity? StartSwap(MqttMessage message) => Start("swap", ActivityKind.Consumer, message.UserProperties.GetValueOrDefault("traceparent"));

    /// <summary>Leaves a span out: what it was to tell did not happen.</summary>
    internal static void Discard(Activity? span)
    {
        if (span is not null)
        {
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            span.IsAllDataRequested = false;
        }
    }
}
