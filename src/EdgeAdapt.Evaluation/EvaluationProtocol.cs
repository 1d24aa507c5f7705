namespace EdgeAdapt.Evaluation;

/// <summary>
/// In which order images come and when a method forgets. Stored order is that of the files, or, where those are sorted by class, a
/// fixed shuffle of it: sorted labels are a hard case of their own.
/// </summary>
public enum EvaluationProtocol
{
    /// <summary>Each condition in stored order; everything is reset at each.</summary>
    Reset,

    /// <summary>One stream through all conditions, each in stored order; nothing is ever reset.</summary>
    Continual,

    /// <summary>One stream in which the images of all conditions are shuffled together; nothing is ever reset.</summary>
    Mixed,

    /// <summary>As <see cref="Reset"/>, but images come in runs of one class, as a camera sees them.</summary>
    Correlated,

    /// <summary>As <see cref="Continual"/>, but the conditions come round again, several times.</summary>
    Recurring,

    /// <summary>Uncorrupted images alone: adaptation must do no harm.</summary>
    NoShift,
}
