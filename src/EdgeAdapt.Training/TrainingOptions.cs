namespace EdgeAdapt.Training;

/// <summary>What a training run does. Equal options, data and model give equal bytes.</summary>
public sealed record TrainingOptions
{
    /// <summary>Which parameters are trained.</summary>
    public TrainedPart Part { get; init; } = TrainedPart.All;

    /// <summary>Passes over the training images, at least 1.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Images a step, at least 2. What is left over at the end of an epoch is skipped.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>Learning rate at the start, above 0.</summary>
    public double LearningRate { get; init; } = 0.1;

    /// <summary>Momentum of the gradient, from 0 and below 1.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Factor of the squared weights in the loss, halved; at least 0. Not applied to γ, β and biases.</summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>How the learning rate falls.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Cosine;

    /// <summary>Whether every second image, chosen at random, is mirrored left to right.</summary>
    public bool Flip { get; init; }

    /// <summary>Pixels of black border that images get before a window of their own size is cut out at random; 0 for none.</summary>
    public int CropPadding { get; init; }

    /// <summary>What else happens to training pictures, at random.</summary>
    public Distortions Distortions { get; init; }

    /// <summary>Weight of the newest batch in the running statistics, above 0 and at most 1; 0.1 is PyTorch's.</summary>
    public double StatisticsMomentum { get; init; } = 0.1;

    /// <summary>Seed of order, augmentation and random choice.</summary>
    public int Seed { get; init; }

    /// <summary>Threads of ONNX Runtime; 0 for one a core. The same number gives the same bytes.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">Lists all faults.</exception>
    public void Validate()
    {
        var faults = new List<string>();
        Check(Epochs >= 1, $"Epochs is {Epochs}; give at least 1");
        Check(Batch >= 2, $"Batch is {Batch}; give at least 2, because one image has no batch statistics");
        Check(double.IsFinite(LearningRate) && LearningRate > 0, $"LearningRate is {LearningRate}; give a number above 0");
        Check(Momentum is >= 0 and < 1, $"Momentum is {Momentum}; give a number from 0 and below 1");
        Check(double.IsFinite(WeightDecay) && WeightDecay >= 0, $"WeightDecay is {WeightDecay}; give at least 0");
        Check(CropPadding >= 0, $"CropPadding is {CropPadding}; give at least 0");
        Check(StatisticsMomentum is > 0 and <= 1, $"StatisticsMomentum is {StatisticsMomentum}; give a number above 0 and at most 1");
        Check(Threads >= 0, $"Threads is {Threads}; give at least 0");
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join(". ", faults) + ".");
        }

        void Check(bool holds, string fault)
        {
            if (!holds)
            {
                faults.Add(fault);
            }
        }
    }

    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">From 0.</param>
    /// <param name="steps">Steps of the whole run.</param>
    public double RateAt(int step, int steps) => Schedule switch
    {
        LearningRateSchedule.Cosine => LearningRate * 0.5 * (1 + Math.Cos(Math.PI * step / steps)),
        _ => LearningRate * (4L * step >= 3L * steps ? 0.01 : 2L * step >= steps ? 0.1 : 1),
    };
}
