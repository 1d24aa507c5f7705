namespace EdgeAdapt.Gradients;

/// <summary>Which mean and variance a BatchNormalization layer uses in a training step.</summary>
public enum TrainingStatistics
{
    /// <summary>
    /// Batch renormalization: the value is that of inference, from the running mean and variance given; the gradient goes
    /// through the statistics of the batch (unbiased variance, n − 1). One-value batches (n = 1) have no such variance.
    /// </summary>
    BatchRenormalization,

    /// <summary>The batch's own mean and biased variance (n) in value and gradient; the running ones given are not used (Tent, ETA).</summary>
    Batch,
}
