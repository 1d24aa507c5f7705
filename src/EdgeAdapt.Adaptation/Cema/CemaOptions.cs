namespace EdgeAdapt.Adaptation;

/// <summary>
/// Every constant of CEMA (Chen et al., "Towards Robust and Efficient Cloud-Edge Elastic Model Adaptation via Selective
/// Entropy Distillation", ICLR 2024). A new record holds the values of the authors' experiments: conf/cema.conf of
/// chenyaofo/CEMA, with the selection thresholds of its tools/results.txt. In comments, L is the loss of the edge model.
/// </summary>
public sealed record CemaOptions
{
    /// <summary>The configuration of the authors' experiments.</summary>
    public static CemaOptions Paper { get; } = new();

    /// <summary>
    /// The product's configuration; docs/algorithm.md holds the measurements. On a small student the entropy term and the published learning rate cost accuracy
    /// where the shift is mild, so the student only follows the teacher, under the statistics the edge really uses, and softened: at temperature 3 every sample
    /// teaches, at 1 the few that both models are sure of and disagree on. What is taught is a pool of answers, sharpened because a pool is less sure than the models that agree in it.
    /// The learning rate is large on purpose: the bound on the answers sets the step. Replay begins early; the teacher is not trained and answers under statistics of the uploads;
    /// at most 40 % of the stream goes up. The edge remembers fewer images than it does alone: each step changes what its layers read.
    /// </summary>
    public static CemaOptions Default { get; } = new()
    {
        Selection = new EntropyFilterOptions { UploadShare = 0.4, ReserveFrames = EntropyFilterOptions.Device.ReserveFrames },
        Alpha = 0,
        Gamma = 0,
        Temperature = 3,
        StudentLearningRate = 1e-2f,
        AdaptTeacher = false,
        ReplayMinimum = 64,
        ReplayOnlyStep = false,
        MaximumAnswerShift = 0.02,
        MirrorTeacher = true,
        SourceShare = 0.5,
        Sharpening = 0.5,
        Guard = new GuardOptions(),
        Start = StatisticsStart.Edge,
        EdgeStatistics = StatisticsPolicy.Default with { MemoryImages = 256 },
    };

    /// <summary>Which samples the edge uploads.</summary>
    public EntropyFilterOptions Selection { get; init; } = new();

    /// <summary>d of EATA's redundancy filter, a cosine above 0 and at most 1; null leaves the filter out. `d_margin`: 0.05 in cema.conf, off in the authors' log.</summary>
    public double? RedundancyMargin { get; init; }

    /// <summary>Uploaded samples in one step, at least 2. `batch_size`: 32.</summary>
    public int CloudBatch { get; init; } = 32;

    /// <summary>Uploads kept for replay, the newest first served; 0 turns replay off. `replay_buffer_size`: 10,000.</summary>
    public int ReplayCapacity { get; init; } = 10_000;

    /// <summary>Samples that the replay buffer must hold before it is used, at least 1. In the authors' code: 256.</summary>
    public int ReplayMinimum { get; init; } = 256;

    /// <summary>Replayed samples for each uploaded one, at least 0. In the authors' code: 3 (25 % new, 75 % replayed).</summary>
    public int ReplayPerUpload { get; init; } = 3;

    /// <summary>
    /// Whether replayed samples are balanced over the classes that they are taught as: twice as many are drawn, and of those one of each class in turn is taken. Not in the authors' code.
    /// </summary>
    public bool BalanceReplay { get; init; }

    /// <summary>
    /// Student steps on replayed samples alone after each step on uploads, at least 0, once the buffer holds <see cref="ReplayMinimum"/>. They cost no uplink. In the authors' code: none.
    /// </summary>
    public int ReplaySteps { get; init; }

    /// <summary>Whether a round without enough uploads takes one student step on replayed samples alone. In the authors' code: yes.</summary>
    public bool ReplayOnlyStep { get; init; } = true;

    /// <summary>α, weight of the student's entropy in L, at least 0. `alpha`: 3.</summary>
    public float Alpha { get; init; } = 3;

    /// <summary>β, weight of KL(teacher‖student) in L, at least 0. `beta`: 3.</summary>
    public float Beta { get; init; } = 3;

    /// <summary>γ, weight of the cross entropy to the teacher's answer in L, at least 0. `gamma`: 1.</summary>
    public float Gamma { get; init; } = 1;

    /// <summary>T of the KL term, above 0. `temperature`: 1.</summary>
    public float Temperature { get; init; } = 1;

    /// <summary>η of the student, above 0. `s_tta_lr`: 2.5e-3.</summary>
    public float StudentLearningRate { get; init; } = 2.5e-3f;

    /// <summary>η of the teacher, above 0. `t_tta_lr`: 2.5e-4.</summary>
    public float TeacherLearningRate { get; init; } = 2.5e-4f;

    /// <summary>Momentum of both optimizers, from 0 and below 1. In the authors' code: 0.9.</summary>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>Whether the teacher is trained on the uploads by entropy minimization before it teaches. In the authors' code: yes.</summary>
    public bool AdaptTeacher { get; init; } = true;

    /// <summary>
    /// Largest change of the student's answers in one step, above 0: mean KL(before‖after) over the step's batch, nats. A longer step is shortened until it
    /// holds, at the price of one forward pass a try. Null sets no bound. Not in the authors' code.
    /// </summary>
    public double? MaximumAnswerShift { get; init; }

    /// <summary>
    /// Whether the teacher, and the source model where it has a share, also answers the mirror image of each sample, so that both answers are pooled, in steps whose
    /// samples show no class that becomes another one in the mirror (a left-turn sign does). Doubles the teacher's forward passes and costs no uplink. Not in the authors' code.
    /// </summary>
    public bool MirrorTeacher { get; init; }

    /// <summary>
    /// Weight of the edge model's own answers in what is taught, from 0 and below 1: those of its source parameters under statistics of the uploads, pooled with the
    /// teacher's (see docs/algorithm.md). The two err in different places, so that together they know more than the teacher. Not in the authors' code, so 0.
    /// </summary>
    public double SourceShare { get; init; }

    /// <summary>
    /// T of Sharpen in MixMatch (Berthelot et al., NeurIPS 2019), above 0 and at most 1: the probabilities of what is taught are raised to 1 / T and normalised. The pool is an
    /// average, so that it is less sure than the models that agree in it; a half makes an equal pool of two the product of both. 1 teaches the pool as it is, and is what the authors do.
    /// </summary>
    public double Sharpening { get; init; } = 1;

    /// <summary>
    /// Confidence threshold on what is taught, from 0 and below 1: samples whose likeliest class has less probability in the (sharpened) pool are left out of the student's step, all but the two
    /// surest. 0 leaves none out, and is what the authors do.
    /// </summary>
    public double MinimumConfidence { get; init; }

    /// <summary>When what was learnt is given up for the source's parameters or those of an earlier condition; null never does. Not in the authors' code.</summary>
    public GuardOptions? Guard { get; init; }

    /// <summary>Share of the newest batch in the running statistics, above 0 and at most 1. BatchNorm2d's own: 0.1.</summary>
    public float StatisticsMomentum { get; init; } = 0.1f;

    /// <summary>Where running statistics come from. In the authors' code: the first batch.</summary>
    public StatisticsStart Start { get; init; } = StatisticsStart.FirstBatch;

    /// <summary>How edge and teacher mix their statistics; used with <see cref="StatisticsStart.Edge"/> alone.</summary>
    public StatisticsPolicy EdgeStatistics { get; init; } = StatisticsPolicy.Default;

    /// <summary>Seed of the generator that draws replayed samples.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Every fault of these options, each with its remedy; empty where they are usable.</summary>
    public IReadOnlyList<string> FindFaults()
    {
        var faults = new List<string>([.. Selection.FindFaults(), .. EdgeStatistics.FindFaults(), .. Guard?.FindFaults() ?? []]);
        void Require(bool holds, string name, object? value, string remedy)
        {
            if (!holds)
            {
                faults.Add($"{name} is {value}; {remedy}.");
            }
        }

        Require(RedundancyMargin is null or (> 0 and <= 1), nameof(RedundancyMargin), RedundancyMargin, "give a cosine above 0 and at most 1, or leave it out");
        Require(CloudBatch >= 2, nameof(CloudBatch), CloudBatch, "give at least 2, for example 32: one sample has no batch statistics");
        Require(ReplayCapacity >= 0, nameof(ReplayCapacity), ReplayCapacity, "give at least 0, which turns replay off");
        Require(ReplayMinimum >= 1, nameof(ReplayMinimum), ReplayMinimum, "give at least 1, for example 256");
        Require(ReplayPerUpload >= 0, nameof(ReplayPerUpload), ReplayPerUpload, "give at least 0, for example 3");
        Require(Alpha >= 0 && float.IsFinite(Alpha), nameof(Alpha), Alpha, "give a finite weight of at least 0, for example 3");
        Require(Beta >= 0 && float.IsFinite(Beta), nameof(Beta), Beta, "give a finite weight of at least 0, for example 3");
        Require(Gamma >= 0 && float.IsFinite(Gamma), nameof(Gamma), Gamma, "give a finite weight of at least 0, for example 1");
        Require(!(Alpha == 0 && Beta == 0 && Gamma == 0), $"{nameof(Alpha)}, {nameof(Beta)} and {nameof(Gamma)}", 0, "give one of them a weight, there is nothing to learn from otherwise");
        Require(Temperature > 0 && float.IsFinite(Temperature), nameof(Temperature), Temperature, "give a finite number above 0, for example 1");
        Require(StudentLearningRate > 0 && float.IsFinite(StudentLearningRate), nameof(StudentLearningRate), StudentLearningRate, "give a finite number above 0, for example 2.5e-3");
        Require(TeacherLearningRate > 0 && float.IsFinite(TeacherLearningRate), nameof(TeacherLearningRate), TeacherLearningRate, "give a finite number above 0, for example 2.5e-4");
        Require(Momentum >= 0 && Momentum < 1, nameof(Momentum), Momentum, "give a number from 0 and below 1, for example 0.9");
        Require(StatisticsMomentum > 0 && StatisticsMomentum <= 1, nameof(StatisticsMomentum), StatisticsMomentum, "give a number above 0 and at most 1, for example 0.1");
        Require(MaximumAnswerShift is null or > 0 and < double.PositiveInfinity, nameof(MaximumAnswerShift), MaximumAnswerShift, "give a finite number of nats above 0, for example 0.05, or leave it out");
        Require(SourceShare is >= 0 and < 1, nameof(SourceShare), SourceShare, "give a weight from 0 and below 1, for example 0.5");
        Require(ReplaySteps >= 0, nameof(ReplaySteps), ReplaySteps, "give at least 0, for example 1");
        Require(MinimumConfidence is >= 0 and < 1, nameof(MinimumConfidence), MinimumConfidence, "give a probability from 0 and below 1, for example 0.5; 0 leaves no sample out");
        Require(Sharpening is > 0 and <= 1, nameof(Sharpening), Sharpening, "give a number above 0 and at most 1, for example 0.5; 1 leaves the answers as they are");
        Require(Enum.IsDefined(Start), nameof(Start), Start, "give FirstBatch, Source or Edge");
        return faults;
    }
}
