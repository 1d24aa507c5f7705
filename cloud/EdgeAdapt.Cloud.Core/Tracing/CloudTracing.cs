using System.Diagnostics;

namespace EdgeAdapt.Cloud.Core.Tracing;

/// <summary>
/// The service's spans: <c>ingest</c> (a sample until it is on the disk), <c>adapt</c> (a step, below the newest of its samples and linked to all of them) and <c>publish</c>.
/// Without a listener there are no spans, and the newest sample's trace is handed on as it came.
/// </summary>
public static class CloudTracing
{
    /// <summary>The source's name.</summary>
    public const string Name = "EdgeAdapt.Cloud";

    private static readonly ActivitySource Source = new(Name, typeof(CloudTracing).Assembly.GetName().Version?.ToString(3));

    /// <summary>Whether anybody wants spans.</summary>
    internal static bool IsOn => Source.HasListeners();

    /// <summary>Starts a span below the one that a traceparent names, or a new trace; null where nobody listens.</summary>
    internal static Activity? Start(string name, ActivityKind kind, string? parent, IEnumerable<string?>? linked = null)
    {
        ActivityContext.TryParse(parent, null, isRemote: true, out ActivityContext context);
        Activity? around = Activity.Current;
        Activity.Current = null;
        Activity? span = Source.StartActivity(name, kind, context, tags: null, links: Links(linked));
        Activity.Current = around;
        return span;
    }

    private static IEnumerable<ActivityLink> Links(IEnumerable<string?>? parents)
    {
        foreach (string? parent in parents ?? [])
        {
            if (ActivityContext.TryParse(parent, null, isRemote: true, out ActivityContext context))
            {
                yield return new ActivityLink(context);
            }
        }
    }
}
