using EdgeAdapt.Demo.Reports;

namespace EdgeAdapt.Demo.Statistics;

/// <summary>
/// What is known about one agent's run so far: its answers frame by frame beside the truth and the unadapted model's
/// answers. One thread applies reports; the unadapted answers may come from another.
/// </summary>
internal sealed class AgentRecord
{
    private readonly int[] _labels;
    private readonly int[] _source;
    private readonly AnswerReport?[] _answers;
    private readonly List<StatusReport> _statuses = [];
    private readonly List<SwapReport> _swaps = [];
    private readonly List<RefusedReport> _refusals = [];
    private int _sourceCount;

    /// <summary>Makes the record of a stream of which nothing has been answered yet.</summary>
    /// <param name="device">The agent's name.</param>
    /// <param name="labels">The true class of every frame.</param>
    public AgentRecord(string device, IReadOnlyList<int> labels)
    {
        Device = device;
        _labels = [.. labels];
        _source = new int[labels.Count];
        _answers = new AnswerReport?[labels.Count];
    }

    /// <summary>The agent's name.</summary>
    public string Device { get; }

    /// <summary>Frames in the stream.</summary>
    public int Frames => _labels.Length;

    /// <summary>Index of the frame after the last one answered; 0 before the first.</summary>
    public int Position { get; private set; }

    /// <summary>The last state reported, or null.</summary>
    public StatusReport? Status { get; private set; }

    /// <summary>All states reported, in order.</summary>
    public IReadOnlyList<StatusReport> Statuses => _statuses;

    /// <summary>All swaps, in order.</summary>
    public IReadOnlyList<SwapReport> Swaps => _swaps;

    /// <summary>All refused parameter sets, in order.</summary>
    public IReadOnlyList<RefusedReport> Refusals => _refusals;

    /// <summary>Whether the agent said that it is done.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>The answer to a frame, or null before it came.</summary>
    public AnswerReport? Answer(int frame) => _answers[frame];

    /// <summary>Takes the next report in.</summary>
    /// <exception cref="FormatException">It answers a frame that the stream does not have.</exception>
    public void Apply(AgentReport report)
    {
        switch (report)
        {
            case AnswerReport answer when answer.Frame < 0 || answer.Frame >= Frames:
                throw new FormatException($"{Device} answered frame {answer.Frame} of a stream of {Frames}.");
            case AnswerReport answer:
                _answers[answer.Frame] = answer;
                Position = Math.Max(Position, answer.Frame + 1);
                break;
            case StatusReport status:
                Take(status);
                break;
            case SwapReport swap:
                _swaps.Add(swap);
                break;
            case RefusedReport refusal:
                _refusals.Add(refusal);
                break;
            case FinishedReport finished:
                Take(finished.Totals);
                IsFinished = true;
                break;
        }
    }

    /// <summary>Adds the unadapted model's answers to the next frames.</summary>
    public void AddSource(ReadOnlySpan<int> classes)
    {
        classes.CopyTo(_source.AsSpan(_sourceCount));
        Volatile.Write(ref _sourceCount, _sourceCount + classes.Length);
    }

    /// <summary>Whether a frame can be compared: both the agent and the unadapted model have answered, or the agent's request failed.</summary>
    public bool IsCompared(int frame) => frame < Volatile.Read(ref _sourceCount) && _answers[frame] is not null;

    /// <summary>Whether the agent answered a frame with its true class.</summary>
    public bool IsAdaptedRight(int frame) => _answers[frame]?.Class == _labels[frame];

    /// <summary>Whether the unadapted model answers a frame with its true class. Meaningful where <see cref="IsCompared"/>.</summary>
    public bool IsSourceRight(int frame) => _source[frame] == _labels[frame];

    private void Take(StatusReport status)
    {
        _statuses.Add(status);
        Status = status;
    }
}
