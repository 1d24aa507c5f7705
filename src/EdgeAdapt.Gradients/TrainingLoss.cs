namespace EdgeAdapt.Gradients;

/// <summary>What a training step minimizes. m is the sample mask, H the entropy in nats, w = exp(E_max − H) held constant, or 1 without a margin.</summary>
public enum TrainingLoss
{
    /// <summary>L = Σ m·w·H / Σ m: the teacher's step of CEMA, Tent and ETA. α, β, γ are not used.</summary>
    Entropy,

    /// <summary>
    /// L = Σ m·(α·w_s·H_s + β·w_t·T²·KL(teacher‖student at T) + γ·w_t·CE(student, argmax teacher)) / Σ m: the student's step of CEMA.
    /// w_s weighs by the student's entropy, w_t by the teacher's, both at temperature 1.
    /// </summary>
    Distillation,

    /// <summary>L = Σ CE(model, label) / N with given labels: what <see cref="Weights.LabelTrainingSession"/> minimizes.</summary>
    Labels,
}
