using EdgeAdapt.Adaptation;

namespace EdgeAdapt.Evaluation;

/// <summary>
/// An evaluation of methods on images: measures what is not measured yet, cell by cell, several at once, and reports. Results do
/// not depend on how many run at once, nor on interruptions.
/// </summary>
public sealed class Benchmark : IDisposable
{
    private readonly EvaluationSubject _subject;
    private readonly EvaluationOptions _options;
    private readonly ConditionImages _images;
    private readonly CellStore? _store;
    private readonly string _fingerprint;
    private readonly TimeProvider _time;
    private readonly EvaluationCell[] _cells;
    private readonly Dictionary<EvaluationCell, CellResult> _finished = [];

    /// <summary>Opens the images, checks that everything fits, and reads what an earlier run has finished.</summary>
    /// <param name="subject">Models and images.</param>
    /// <param name="options">What to compare.</param>
    /// <param name="results">A folder that keeps each finished cell, made where it is missing; null keeps nothing.</param>
    /// <param name="time">Measures seconds; null for the system's.</param>
    /// <exception cref="ArgumentException">The options are not usable; the message lists every fault.</exception>
    /// <exception cref="EdgeAdapt.Datasets.DatasetException">The images cannot be used, or do not fit the student.</exception>
    /// <exception cref="EdgeAdapt.Onnx.OnnxModelException">Student and teacher have other classes.</exception>
    public Benchmark(EvaluationSubject subject, EvaluationOptions options, string? results = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(options);
        List<string> faults = [.. options.FindFaults()];
        if (subject.Teacher is null && options.Methods.FirstOrDefault(m => MethodCatalog.Find(m).NeedsTeacher) is { } needy)
        {
            faults.Add($"The method {needy} learns from a teacher. Give one, or leave the method out.");
        }

        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(options));
        }

        ImageRules.CheckTeacher(subject);
        (_subject, _options, _time) = (subject, options, time ?? TimeProvider.System);
        _images = ConditionImages.Open(subject, options);
        try
        {
            _cells = CellPlan.Of(options, _images.Names);
            _fingerprint = FingerprintBuilder.Of(subject, options, _images);
            _store = results is null ? null : new CellStore(results, _fingerprint);
            foreach (EvaluationCell cell in _cells)
            {
                if (_store?.Find(cell) is { } result)
                {
                    _finished.Add(cell, result);
                }
            }

            Steps = Waiting.Sum(c => ImageStream.Of(c, _images, options).Count);
        }
        catch
        {
            _images.Dispose();
            throw;
        }
    }

    /// <summary>Cells in all.</summary>
    public int Cells => _cells.Length;

    /// <summary>Cells that are finished.</summary>
    public int Finished => _finished.Count;

    /// <summary>Batches that were still to be measured when the benchmark was opened.</summary>
    public int Steps { get; }

    private EvaluationCell[] Waiting => [.. _cells.Where(c => !_finished.ContainsKey(c))];

    /// <summary>Measures every waiting cell and reports all of them.</summary>
    /// <param name="progress">Called once a batch, by one thread at a time, with what is being done; null for nothing.</param>
    /// <param name="cancellation">Stops between batches; cells finished by then are kept in the results folder.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public EvaluationReport Run(Action<string>? progress = null, CancellationToken cancellation = default)
    {
        var runner = new CellRunner(_images, _options, _fingerprint, SetSizes.Of(_subject.Student, ParameterEncoding.Float32), _time);
        int workers = _options.Workers > 0 ? _options.Workers : Environment.ProcessorCount;
        using var pool = new CellPool(_subject, (_images.Channels, _images.Height, _images.Width), runner, workers);
        pool.Run(
            Waiting,
            (cell) =>
            {
                progress?.Invoke(cell.Corruption is { } corruption ? $"{cell.Method}, {corruption}" : $"{cell.Method}, {cell.Protocol.ToString().ToLowerInvariant()}");
            },
            result =>
            {
                _store?.Add(result);
                _finished.Add(result.Cell, result);
            },
            cancellation);
        return ReportBuilder.Build(_subject, _options, _images.InClassOrder, Enumerable.Range(0, _images.Names.Count).Max(_images.Count), [.. _cells.Select(c => _finished[c])]);
    }

    /// <inheritdoc/>
    public void Dispose() => _images.Dispose();
}
