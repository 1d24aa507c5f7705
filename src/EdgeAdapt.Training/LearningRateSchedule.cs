namespace EdgeAdapt.Training;

/// <summary>How the learning rate falls over the steps of a training run.</summary>
public enum LearningRateSchedule
{
    /// <summary>Along half a cosine from the full rate to 0.</summary>
    Cosine,

    /// <summary>By a factor of ten after one half and again after three quarters of the steps.</summary>
    Step,
}
