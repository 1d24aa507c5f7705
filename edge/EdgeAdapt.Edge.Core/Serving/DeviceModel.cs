using System.Diagnostics;
using System.Diagnostics.Metrics;
using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Answering;
using EdgeAdapt.Edge.Core.Frames;
using EdgeAdapt.Edge.Core.Inference;
using EdgeAdapt.Edge.Core.Reporting;
using EdgeAdapt.Edge.Core.Rollout;
using EdgeAdapt.Edge.Core.Uploading;

using EdgeAdapt.Edge.Core.Telemetry;
using EdgeAdapt.Imaging;
using EdgeAdapt.Onnx;
using EdgeAdapt.ParameterSets;

namespace EdgeAdapt.Edge.Core.Serving;

/// <summary>
/// The model of an agent, for whoever answers requests with it: frames become its input, leases answer, and answered frames join those of the
/// agent's own source in filter, statistics and outbox. Thread safe. Usable from the agent's opening to its disposal; parameter sets are decided
/// on while the agent runs.
/// </summary>
public sealed class DeviceModel
{
    private const int RememberedEvents = 32;
    private readonly AgentParts _parts;
    private readonly FrameLoop _loop;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Queue<ParametersEvent> _history = new();
    private readonly Func<StatusLine> _status;
    private long _refusals;
    private long _reversals;

    internal DeviceModel(AgentParts parts, FrameLoop loop, TimeProvider time, Func<StatusLine> status)
    {
        _parts = parts;
        _loop = loop;
        _time = time;
        _status = status;
        (_refusals, _reversals) = (parts.Counters.RefusedSets, parts.Counters.Reversals);
        parts.Rollout.ParametersDecided += Remember;
    }

    /// <summary>The model's topic name.</summary>
    public string Name => _parts.ModelName;

    /// <summary>SHA-256 of the model file, lower-case hexadecimal.</summary>
    public string Sha256 => _parts.ModelSha256;

    /// <summary>How images become its input, and what its classes are called.</summary>
    public ModelManifest Manifest => _parts.Manifest;

    /// <summary>Its input and output.</summary>
    public ClassifierSignature Signature => _parts.Signature;

    /// <summary><c>[C, H, W]</c> of a preprocessed image.</summary>
    public IReadOnlyList<int> ImageShape => _parts.Decoder.ImageShape;

    /// <summary>K: logits of one answer.</summary>
    public int Classes => _parts.Rollout.Active.Classes;

    /// <summary>The agent's meter. Disposed by the agent.</summary>
    public Meter Meter => _parts.Meter;

    /// <summary>The last decisions on parameter sets since the agent's start, oldest first; at most 32.</summary>
    public IReadOnlyList<ParametersEvent> History
    {
        get
        {
            lock (_gate)
            {
                return [.. _history];
            }
        }
    }

    /// <summary>The good parameter sets on the device's disk, the one saved last first; the model as built, version 0, is always there beside them.</summary>
    public IReadOnlyList<KeptSet> KeptSets => _parts.Rollout.KeptSets;

    /// <summary>Whether the parameter set that answers is still watched, and taken back where it is worse than the last good one.</summary>
    public bool IsOnTrial => _parts.Rollout.IsOnTrial;

    /// <summary>Version of the parameter set that answers now; 0 for the model as built.</summary>
    public long ParameterVersion => _parts.Rollout.Active.Version;

    /// <summary>How often the statistics that answer now have been refreshed.</summary>
    public long StatisticsGeneration => _parts.Rollout.Active.StatisticsGeneration;

    /// <summary>What the agent was told at its start; some of it may have changed since.</summary>
    public EdgeAgentOptions Options => _parts.Options;

    /// <summary>Bytes that the samples which wait for the cloud may take now.</summary>
    public long OutboxLimit => _parts.Outbox.MaximumBytes;

    /// <summary>How the agent stands now.</summary>
    public StatusLine Status => _status();

    /// <summary>The last answers.</summary>
    public AnswerLog Answers => _loop.Answers;

    /// <summary>The entropy in nats that a frame must exceed to be uploaded; null where there is no lower bound. The upper one is in <see cref="Status"/>.</summary>
    public double? MinimumEntropy => _loop.MinimumEntropy;

    /// <summary>How each limit of the byte budget stands, shortest period first; empty where there is none.</summary>
    public IReadOnlyList<BudgetWindow> Budget => _parts.Budget.Windows;

    /// <summary>The frame answered last as a picture that a browser shows; null where <see cref="AnswerLog.HoldsLatest"/> is off, or nothing was answered yet. Encodes it, so ask seldom.</summary>
    /// <param name="other">Null is also returned where the latest frame still has this number.</param>
    public LatestPicture? PictureOfLatest(long? other = null)
    {
        if (Answers.ReadLatest(out AnswerRecord answer) is not { } latest || latest.Number == other)
        {
            return null;
        }

        (string contentType, ReadOnlyMemory<byte> content) = _parts.Decoder.ToPicture(latest);
        return new LatestPicture(contentType, content, answer);
    }

    /// <summary>How the stream of its frames looks now.</summary>
    public DriftSnapshot Drift => _parts.Drift.Snapshot();

    /// <summary>The right to use the state of the model that answers now. Dispose it soon.</summary>
    public ModelLease Acquire() => _parts.Rollout.Active.Acquire();

    /// <summary>The model's input from a picture, or why there is none. Never throws for what a frame holds.</summary>
    public PreprocessedImage Decode(Frame frame)
    {
        long start = Stopwatch.GetTimestamp();
        PreprocessedImage image = _parts.Decoder.Decode(frame);
        _parts.Rollout.Active.NoteBusySince(start);
        return image;
    }

    /// <summary>
    /// Hands over a frame that was answered: it counts as one of the agent's, takes part in the statistics and, where the filter selects it and it
    /// has bytes, is uploaded. Writes to the disk, so call it behind the answer.
    /// </summary>
    /// <param name="frame">The frame that <see cref="Decode"/> took, or one without bytes where the caller had none.</param>
    /// <param name="image">The model's input <c>[C, H, W]</c>.</param>
    /// <param name="logits">The answer <c>[K]</c>. One that is not finite counts as failed, and against a parameter set on trial.</param>
    /// <param name="version">Version of the parameter set that answered.</param>
    /// <param name="captured">When the frame came.</param>
    /// <param name="statisticsGeneration">How often the statistics had been refreshed by then.</param>
    /// <param name="isOutOfRange">Whether the image holds values that no picture has, so that statistics, drift and the watch over parameter sets leave it out.</param>
    /// <param name="fault">Why the model failed, where it did and the logits are NaN.</param>
    public async Task ObserveAsync(
        Frame frame, float[] image, float[] logits, long version, DateTimeOffset captured, long statisticsGeneration = 0, bool isOutOfRange = false, string? fault = null) =>
        await _loop.ObserveAsync(new AnsweredFrame(_loop.NextNumber(), frame, captured, image, logits, version)
        {
            StatisticsGeneration = statisticsGeneration,
            IsOutOfRange = isOutOfRange,
            Fault = fault,
        }).ConfigureAwait(false);

    /// <summary>Notes how long a run of the model for a request took.</summary>
    public void NoteInference(TimeSpan elapsed) => _parts.Counters.NoteInference(elapsed);

    /// <summary>Offers a parameter set, which goes through the same checks as one that came over MQTT.</summary>
    /// <param name="file">The file: safetensors with EdgeAdapt's manifest.</param>
    /// <param name="signature">The signature over the file's bytes as text; null for none.</param>
    /// <param name="cancellationToken">Ends the wait; the decision is taken all the same.</param>
    /// <exception cref="ParameterSetFormatException">The bytes are no parameter set.</exception>
    public async Task<ParametersDecision> OfferAsync(ReadOnlyMemory<byte> file, string? signature, CancellationToken cancellationToken)
    {
        MqttMessage publication = new() { Topic = Topics.GroupParameters(_parts.Options.Tenant, _parts.Options.Group, Name), Payload = file };
        if (signature is not null)
        {
            publication = publication with { UserProperties = new Dictionary<string, string>(StringComparer.Ordinal) { [ParametersPublication.SignatureProperty] = signature } };
        }

        // A file that is not believed is not read either; the rollout refuses it, and tells of it as of any other.
        ParameterSet? set = null;
        if (_parts.RolloutOptions.Trusted.FindFault(file.Span, ParametersPublication.SignatureOf(publication)) is null)
        {
            set = ParameterSetFile.FromBytes(file.Span);
            publication = Describe(publication, set);
        }

        ParametersDecision decision = await _parts.Rollout.OfferAsync(publication).WaitAsync(cancellationToken).ConfigureAwait(false);
        return decision with { IsOutdated = !decision.Accepted && set?.Manifest.Version <= decision.ActiveVersion };
    }

    /// <summary>
    /// Has the agent go back to an earlier parameter set on an operator's word. It is reported like any other reversal, and the sets after it are not taken again unless somebody
    /// sends them anew.
    /// </summary>
    /// <param name="version">A version of <see cref="KeptSets"/>, or 0 for the model as built; null for the last good one.</param>
    /// <param name="cancellationToken">Ends the wait; the reversal is done all the same.</param>
    public Task<ParametersDecision> RevertAsync(long? version, CancellationToken cancellationToken) =>
        _parts.Rollout.RevertAsync(version).WaitAsync(cancellationToken);

    /// <summary>As the cloud would have published it.</summary>
    private MqttMessage Describe(MqttMessage publication, ParameterSet set)
    {
        try
        {
            MqttMessage described = new ParametersPublication
            {
                Tenant = _parts.Options.Tenant,
                Group = _parts.Options.Group,
                Model = Name,
                Set = set,
                Published = _time.GetUtcNow(),
            }.ToMessage();

            // What was signed are the file's own bytes, not those of another writing of the same set.
            return described with { Payload = publication.Payload, UserProperties = described.UserProperties.Concat(publication.UserProperties).ToDictionary(StringComparer.Ordinal) };
        }
        catch (ArgumentException e)
        {
            throw new ParameterSetFormatException(e.Message, e);
        }
    }

    private void Remember()
    {
        using ModelLease active = Acquire();
        (long refusals, long reversals) = (_parts.Counters.RefusedSets, _parts.Counters.Reversals);
        ParametersOutcome outcome = reversals > _reversals ? ParametersOutcome.Reverted : refusals > _refusals ? ParametersOutcome.Refused : ParametersOutcome.Activated;
        (_refusals, _reversals) = (refusals, reversals);
        RevertedSet? reverted = outcome == ParametersOutcome.Reverted ? _parts.Rollout.LastReverted : null;
        string? reason = outcome == ParametersOutcome.Refused ? _parts.Rollout.LastRefusal : reverted?.Reason;
        lock (_gate)
        {
            _history.Enqueue(new ParametersEvent(_time.GetUtcNow(), outcome, active.Version, active.StatisticsGeneration, reason, reverted?.Version));
            while (_history.Count > RememberedEvents)
            {
                _history.Dequeue();
            }
        }
    }
}
