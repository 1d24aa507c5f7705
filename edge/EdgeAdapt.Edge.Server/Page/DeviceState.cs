using EdgeAdapt.Edge.Core;
using EdgeAdapt.Edge.Core.Reporting;
using EdgeAdapt.Edge.Core.Serving;

namespace EdgeAdapt.Edge.Server.Page;

/// <summary>Turns what the agent knows of itself into the answers of the page's API.</summary>
internal static class DeviceState
{
    /// <summary>How the agent stands.</summary>
    public static object Describe(InferenceService service, AccessRule rule, ServerOptions server, DateTimeOffset started)
    {
        DeviceModel model = service.Model;
        StatusLine status = model.Status;
        EdgeAgentOptions options = model.Options;
        return new
        {
            agent = new
            {
                version = typeof(DeviceState).Assembly.GetName().Version?.ToString(3),
                device = options.Device,
                group = options.Group,
                model = model.Name,
                model_sha256 = model.Sha256,
                classes = model.Classes,
                started,
                time = status.Time,
                answers_requests = service.IsLoaded,
            },
            parameters = new { version = status.Version, on_trial = model.IsOnTrial, statistics_generation = model.StatisticsGeneration },
            cloud = new
            {
                broker = options.Broker is { } broker ? $"{broker.Host}:{broker.Port}" : null,
                connected = status.Connected,
                bytes_sent = status.BytesUp,
                bytes_received = status.BytesDown,
            },
            frames = new { seen = status.Seen, failed = status.Failed, selected = status.Selected },
            outbox = new { samples = status.Outbox, bytes = status.OutboxBytes, limit_bytes = model.OutboxLimit, lost = status.Dropped },
            uploads = new
            {
                samples = status.Uploaded,
                bytes = status.SampleBytes,
                largest_share = status.UploadShare,
                budget = model.Budget.Select(w => new
                {
                    seconds = w.Period.TotalSeconds,
                    limit_bytes = w.Limit,
                    spent_bytes = w.Spent,
                    left_bytes = w.Left,
                    available_bytes = w.Available,
                }),
            },
            filter = new { lowest_entropy = model.MinimumEntropy, highest_entropy = status.MaximumEntropy, largest_entropy = Math.Log(model.Classes) },
            page = new { pictures = server.PagePictures, access = rule.ToString().ToLowerInvariant() },
        };
    }

    /// <summary>The parameter sets: what answers, what is kept, and what was decided since the start.</summary>
    public static object DescribeParameters(DeviceModel model)
    {
        long active = model.ParameterVersion;
        return new
        {
            version = active,
            on_trial = model.IsOnTrial,
            kept = model.KeptSets.Select(k => new { version = k.Version, saved = k.Saved, bytes = k.Bytes, active = k.Version == active, taken_back = k.TakenBack }),
            events = model.History.Select(e => new
            {
                time = e.Time,
                outcome = e.Outcome.ToString().ToLowerInvariant(),
                version = e.ActiveVersion,
                reverted = e.Reverted,
                statistics_generation = e.StatisticsGeneration,
                reason = e.Reason,
            }),
        };
    }

    /// <summary>One answer.</summary>
    public static object Describe(DeviceModel model, AnswerRecord answer) => new
    {
        number = answer.Number,
        time = answer.Time,
        @class = answer.Class,
        label = model.Manifest.LabelOf(answer.Class),
        confidence = answer.Confidence,
        entropy = answer.Entropy,
        kept = answer.Kept,
        version = answer.Version,
    };

    /// <summary>A second of answers.</summary>
    public static object Describe(AnswerSecond second) => new
    {
        number = second.Number,
        start = second.Start,
        answers = second.Answers,
        mean_entropy = second.MeanEntropy,
        lowest_entropy = second.LowestEntropy,
        highest_entropy = second.HighestEntropy,
        mean_confidence = second.MeanConfidence,
        kept = second.Kept,
    };
}
