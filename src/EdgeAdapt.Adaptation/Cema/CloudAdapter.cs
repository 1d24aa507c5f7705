using EdgeAdapt.Gradients;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>
/// The cloud side of CEMA for one edge model: takes uploads, adapts the teacher on them by entropy minimization, distils it
/// into the student together with replayed samples. Only normalization parameters change. Not thread safe: one owner
/// calls it; <see cref="Adapt"/> is the slow call.
/// </summary>
public sealed class CloudAdapter : IDisposable
{
    private readonly CemaOptions _options;
    private readonly AdaptedModel _student;
    private readonly AdaptedModel _teacher;
    private readonly AdaptedModel _source;
    private readonly SampleQueue _samples;
    private readonly SeededGenerator _generator;
    private readonly long[] _imageShape;
    private readonly float? _entropyMargin;
    private readonly ParameterGuard? _guard;

    /// <summary>Creates an adapter that has seen nothing.</summary>
    /// <param name="student">The edge model.</param>
    /// <param name="teacher">The foundation model; same input and classes.</param>
    /// <param name="options">Constants.</param>
    /// <param name="settings">How ONNX Runtime runs both; null for all cores.</param>
    /// <param name="imageShape">C, H and W of the samples, where the models leave them open; null takes them from the student.</param>
    /// <exception cref="ArgumentException">The options are not usable; the message lists every fault.</exception>
    /// <exception cref="OnnxModelException">The models do not fit each other, or training cannot pass through an operator.</exception>
    public CloudAdapter(
        NormalizationModel student, NormalizationModel teacher, CemaOptions options, SessionSettings? settings = null,
        (int Channels, int Height, int Width)? imageShape = null)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(options);
        OptionFaults.ThrowIfAny(options.FindFaults(), nameof(options));
        int classes = ModelPair.Classes(student, teacher);
        _imageShape = ModelPair.ImageShape(student, teacher, imageShape);
        _options = options;
        _entropyMargin = (float?)(options.Selection.EntropyHighMargin * Math.Log(classes));
        _samples = new SampleQueue(options.ReplayCapacity);
        _generator = new SeededGenerator(options.Seed);
        _guard = options.Guard is { } guard ? new ParameterGuard(guard, student.Source, options.Temperature) : null;
        _student = new AdaptedModel(student.WithoutRounding(), TrainingLoss.Distillation, options, options.StudentLearningRate, settings);
        _source = new AdaptedModel(student.WithoutRounding(), TrainingLoss.Distillation, options, options.StudentLearningRate, settings);
        _teacher = new AdaptedModel(teacher.WithoutRounding(), TrainingLoss.Entropy, options, options.TeacherLearningRate, settings);
    }

    /// <summary>
    /// The student's parameters as they stand, one entry a layer. Mean and variance are the running statistics that it was
    /// trained under: with <see cref="StatisticsStart.Edge"/> those that the edge reported last, the model's own before that.
    /// </summary>
    public IReadOnlyList<LayerParameters> StudentParameters => _student.Parameters;

    /// <summary>The teacher's parameters as they stand, one entry a layer.</summary>
    public IReadOnlyList<LayerParameters> TeacherParameters => _teacher.Parameters;

    /// <summary>Steps taken.</summary>
    public long Steps { get; private set; }

    /// <summary>Uploads that have been in a step.</summary>
    public long SamplesSeen { get; private set; }

    /// <summary>Uploads that were left out because they could not be read or held NaN or infinite values.</summary>
    public long SamplesBroken { get; private set; }

    /// <summary>Uploads that wait for their step.</summary>
    public int QueuedSamples => _samples.Waiting;

    /// <summary>Samples in the replay buffer.</summary>
    public int ReplaySamples => _samples.Replayable;

    /// <summary>Adds an upload; it is read when its step comes.</summary>
    public void Enqueue(IAdaptationSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        _samples.Add(sample);
    }

    /// <summary>
    /// Takes statistics that the edge measured. <see cref="StatisticsStart.Edge"/>: the student is trained under them from now
    /// on. <see cref="StatisticsStart.FirstBatch"/>: they start the running statistics unless a batch has. <see cref="StatisticsStart.Source"/>: not used.
    /// </summary>
    /// <param name="statistics">One entry a layer of the student, finite.</param>
    /// <exception cref="ArgumentException">The list does not match the student's layers, or holds NaN or a negative variance.</exception>
    public void SetEdgeStatistics(IReadOnlyList<LayerStatistics> statistics)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        if (!ModelPair.Fits(statistics, _student.Model))
        {
            throw new ArgumentException("The statistics do not fit the student's layers, or are not finite. Report them for this model file.", nameof(statistics));
        }

        _student.AcceptStatistics(statistics);
    }

    /// <summary>
    /// Takes a step for each full batch of uploads, oldest first. Where there is none, one step on replayed samples alone, if
    /// the options ask for it and the buffer holds more than <see cref="CemaOptions.ReplayMinimum"/>.
    /// </summary>
    /// <param name="cancellation">Stops before the next step; those taken stay.</param>
    /// <returns>The steps taken, in order; empty where there was nothing to do.</returns>
    public IReadOnlyList<AdaptationStep> Adapt(CancellationToken cancellation = default)
    {
        var steps = new List<AdaptationStep>();
        while (!cancellation.IsCancellationRequested && TakeBatch() is { } batch)
        {
            AdaptationStep step = Step(batch);
            while (step.ReplaySteps < _options.ReplaySteps && Replays && StepOnReplay() is { Outcome: AdaptationOutcome.Trained })
            {
                step = step with { ReplaySteps = step.ReplaySteps + 1 };
            }

            steps.Add(step);
        }

        bool replay = steps.Count == 0 && _options.ReplayOnlyStep && _samples.Replayable > _options.ReplayMinimum;
        if (replay && !cancellation.IsCancellationRequested && StepOnReplay() is { } replayed)
        {
            steps.Add(replayed);
        }

        return steps;
    }

    /// <summary>The teacher's answers as it stands; nothing is trained and no statistics change.</summary>
    /// <param name="images"><c>[N, C, H, W]</c>; NaN in one makes its own logits NaN.</param>
    /// <returns>Logits <c>[N, K]</c>.</returns>
    public FloatTensor AnswerAsTeacher(FloatTensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return Answer(_teacher.Forward, images);
    }

    /// <summary>Everything needed to go on after a restart; a snapshot that later steps do not change.</summary>
    public CloudAdapterState Capture() => new(
        _student.State, _teacher.State, _samples.WaitingIds, _samples.ReplayIds, _generator.State, Steps, SamplesSeen, SamplesBroken)
    {
        Guard = _guard?.State,
        Source = _source.State,
    };

    /// <summary>Goes on from an earlier state, in place of whatever this adapter has seen.</summary>
    /// <param name="state">What <see cref="Capture"/> returned, for the same two model files.</param>
    /// <param name="resolve">Finds a sample by its id; null for one that is gone, which is then left out.</param>
    /// <exception cref="ArgumentException">The state belongs to other models, or is damaged.</exception>
    public void Restore(CloudAdapterState state, Func<string, IAdaptationSample?> resolve)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(resolve);
        ModelPair.Check(state.Student, _student.Model, nameof(state));
        ModelPair.Check(state.Teacher, _teacher.Model, nameof(state));
        if (state.Source is { } source)
        {
            ModelPair.Check(source, _source.Model, nameof(state));
        }

        GuardState guard = state.Guard ?? GuardState.Empty;
        ModelPair.Check(guard, _student.Model, nameof(state));
        if (_guard is not null)
        {
            _guard.State = guard;
        }

        _student.State = state.Student;
        _teacher.State = state.Teacher;
        _source.Reset();
        _source.State = state.Source ?? _source.State;
        (_generator.State, Steps, SamplesSeen, SamplesBroken) = (state.GeneratorState, state.Steps, state.SamplesSeen, state.SamplesBroken);
        _samples.Clear();
        foreach (IAdaptationSample sample in state.WaitingSamples.Select(resolve).OfType<IAdaptationSample>())
        {
            _samples.Wait(sample);
        }

        foreach (IAdaptationSample sample in state.ReplaySamples.Select(resolve).OfType<IAdaptationSample>())
        {
            _samples.Keep(sample);
        }
    }

    /// <summary>Forgets everything and begins again from the models' own parameters and the seed.</summary>
    public void Reset()
    {
        _student.Reset();
        _teacher.Reset();
        _source.Reset();
        _samples.Clear();
        _generator.State = _options.Seed;
        if (_guard is not null)
        {
            _guard.State = GuardState.Empty;
        }

        (Steps, SamplesSeen, SamplesBroken) = (0, 0, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _student.Dispose();
        _teacher.Dispose();
        _source.Dispose();
    }

    private AdaptationStep Step(List<float[]> batch)
    {
        SamplesSeen += batch.Count;
        FloatTensor uploaded = Stack(batch);
        float? teacherLoss = null;
        FollowStatistics(uploaded);
        if (_options.AdaptTeacher)
        {
            (TrainingResult result, bool applied) = _teacher.Train(uploaded, new LossInputs { EntropyMargin = _entropyMargin });
            teacherLoss = result.Loss;
            if (!applied)
            {
                return new AdaptationStep(++Steps, AdaptationOutcome.TeacherNotFinite, batch.Count, 0, teacherLoss, 0, 0, 0, 0);
            }
        }

        FloatTensor teacher = Answer(_teacher.Forward, uploaded);
        GuardOutcome decision = Guard(uploaded, teacher);
        if (decision != GuardOutcome.Kept)
        {
            teacher = Answer(_teacher.Forward, uploaded);
        }

        var lesson = new Lesson(uploaded, Pool(teacher, uploaded));

        // The replay buffer holds this batch already, so a step may see one of its samples twice; the authors' code does the same.
        Lesson? replayed = Replays ? Replay(_options.ReplayPerUpload * _options.CloudBatch) : null;
        return Distil(replayed is null ? lesson : lesson.Join(replayed), batch.Count, replayed?.Count ?? 0, teacherLoss) with { Guard = decision };
    }

    /// <summary>A student step on replayed samples alone; null where fewer than two can be drawn.</summary>
    private AdaptationStep? StepOnReplay() => Replay((_options.ReplayPerUpload + 1) * _options.CloudBatch) is { Count: >= 2 } lesson
        ? Distil(lesson, 0, lesson.Count, null)
        : null;

    /// <summary>Draws from the replay buffer; null where nothing can be drawn.</summary>
    private Lesson? Replay(int count)
    {
        int candidates = _options.BalanceReplay ? 2 * count : count;
        FloatTensor? images = _options.ReplayCapacity > 0 && Draw(candidates) is { Count: > 0 } drawn ? Stack(drawn) : null;
        return images is null ? null
            : _options.BalanceReplay ? new Lesson(images, Teach(images)).Balanced(count)
            : new Lesson(images, Teach(images));
    }

    /// <summary>
    /// Takes up other parameters where they answer these uploads better; then what was seen before them belongs to another condition. The teacher alone is the judge:
    /// answers pooled with the source's own would speak for the source.
    /// </summary>
    private GuardOutcome Guard(FloatTensor uploaded, FloatTensor teacher)
    {
        if (_guard is null)
        {
            return GuardOutcome.Kept;
        }

        (GuardOutcome decision, IReadOnlyList<LayerParameters> parameters) =
            _guard.Judge(_student.Parameters, Sharpen(teacher), _source.Forward(uploaded), trained => _student.Forward(uploaded, trained));
        if (decision != GuardOutcome.Kept)
        {
            _student.Adopt(parameters);
            _samples.KeepNewest(uploaded.Count + _samples.Waiting);
            if (_options.Start == StatisticsStart.Edge)
            {
                _teacher.RestartStatistics();
                _source.RestartStatistics();
                FollowStatistics(uploaded);
            }
        }

        return decision;
    }

    /// <summary>
    /// Statistics of the models that answer but are not trained here. The source has its own: those that the edge measured belong to the parameters it runs, and
    /// normalised by them the source answers worse the further training goes.
    /// </summary>
    private void FollowStatistics(FloatTensor uploaded)
    {
        AdaptedModel[] answering = NeedsSource ? [_teacher, _source] : [_teacher];
        foreach (AdaptedModel model in answering)
        {
            if (_options.Start == StatisticsStart.Edge)
            {
                model.MixStatistics(uploaded);
            }

            model.StartStatistics(uploaded);
        }
    }

    private AdaptationStep Distil(Lesson whole, int uploaded, int replayed, float? teacherLoss)
    {
        Lesson lesson = whole.Confident(_options.MinimumConfidence);
        _student.StartStatistics(lesson.Images);
        (TrainingResult result, bool applied) = _student.Train(lesson.Images, new LossInputs
        {
            TeacherLogits = lesson.Answers,
            Alpha = _options.Alpha,
            Beta = _options.Beta,
            Gamma = _options.Gamma,
            Temperature = _options.Temperature,
            EntropyMargin = _entropyMargin,
        }, _options.MaximumAnswerShift);
        return new AdaptationStep(
            ++Steps, applied ? AdaptationOutcome.Trained : AdaptationOutcome.StudentNotFinite, uploaded, replayed,
            teacherLoss, result.Loss, result.EntropyLoss, result.DistillationLoss, result.PseudoLabelLoss);
    }

    /// <summary>What the student is to answer: the teacher's answers, pooled with the source model's where that has a share.</summary>
    private FloatTensor Teach(FloatTensor images) => Pool(Answer(_teacher.Forward, images), images);

    private bool Replays => _options.ReplayCapacity > 0 && _samples.Replayable >= _options.ReplayMinimum;

    private bool NeedsSource => _options.SourceShare > 0 || _guard is not null;

    private FloatTensor Pool(FloatTensor teacher, FloatTensor images) => Sharpen(_options.SourceShare > 0
        ? LogarithmicPool.Combine(teacher, Answer(_source.Forward, images), _options.SourceShare)
        : teacher);

    private FloatTensor Sharpen(FloatTensor answers) => _options.Sharpening == 1
        ? answers
        : new FloatTensor([.. answers.Values.Select(logit => (float)(logit / _options.Sharpening))], answers.Shape);

    private FloatTensor Answer(Func<FloatTensor, FloatTensor> forward, FloatTensor images) =>
        _options.MirrorTeacher ? MirroredAnswers.Combine(forward(images), forward(MirroredAnswers.Mirror(images))) : forward(images);

    private List<float[]>? TakeBatch()
    {
        var batch = new List<float[]>(_options.CloudBatch);
        var taken = new List<IAdaptationSample>(_options.CloudBatch);
        while (batch.Count < _options.CloudBatch && batch.Count + _samples.Waiting >= _options.CloudBatch)
        {
            IAdaptationSample sample = _samples.Take();
            if (Read(sample) is { } values)
            {
                batch.Add(values);
                taken.Add(sample);
            }
            else
            {
                SamplesBroken++;
            }
        }

        if (batch.Count == _options.CloudBatch)
        {
            return batch;
        }

        // Broken samples left too few; the good ones wait on, still ahead of those that come later.
        _samples.PutBack(taken);
        return null;
    }

    private List<float[]> Draw(int count) => [.. _samples.Draw(count, _generator).Select(Read).OfType<float[]>()];

    private float[]? Read(IAdaptationSample sample)
    {
        float[] values = new float[_imageShape.Aggregate(1L, (a, b) => a * b)];
        sample.CopyTo(values);
        return FiniteValues.AreAll(values) ? values : null;
    }

    private FloatTensor Stack(List<float[]> samples) => FloatTensor.Stack(samples, _imageShape);
}
