using System.Diagnostics;
using EdgeAdapt.Contracts;

namespace EdgeAdapt.Edge.Core.Tracing;

/// <summary>The spans of samples that are on their way; as many as there are samples in flight. Thread safe.</summary>
internal sealed class UploadSpans
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Activity> _open = new(StringComparer.Ordinal);

    /// <summary>Begins an attempt: tells how long the sample has waited, and puts the attempt's span into what is sent.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="waiting">When it came into the outbox, milliseconds since 1970.</param>
    public SampleUpload Begin(SampleUpload sample, long waiting)
    {
        AgentTracing.Start("outbox", ActivityKind.Internal, sample.TraceParent, DateTimeOffset.FromUnixTimeMilliseconds(waiting))?.Dispose();
        if (AgentTracing.Start("upload", ActivityKind.Producer, sample.TraceParent) is not { } span)
        {
            return sample;
        }

        span.SetTag("messaging.system", "mqtt").SetTag("messaging.message.body.size", sample.Content.Length).SetTag("edgeadapt.sample.id", sample.Id);
        lock (_gate)
        {
            _open.Remove(sample.Id, out Activity? before);
            before?.Dispose();
            _open[sample.Id] = span;
        }

        return sample with { TraceParent = span.Id };
    }

    /// <summary>Ends an attempt; an unknown one is ignored.</summary>
    /// <param name="id">The sample's id.</param>
    /// <param name="fault">Why it did not arrive; null where the cloud has it.</param>
    public void End(string id, string? fault)
    {
        Activity? span;
        lock (_gate)
        {
            _open.Remove(id, out span);
        }

        span?.SetStatus(fault is null ? ActivityStatusCode.Ok : ActivityStatusCode.Error, fault);
        span?.Dispose();
    }

    /// <summary>Ends all of them.</summary>
    public void EndAll(string fault)
    {
        string[] ids;
        lock (_gate)
        {
            ids = [.. _open.Keys];
        }

        foreach (string id in ids)
        {
            End(id, fault);
        }
    }
}
