namespace EdgeAdapt.Adaptation;

/// <summary>How an adaptation step ended.</summary>
public enum AdaptationOutcome
{
    /// <summary>The parameters were updated.</summary>
    Trained,

    /// <summary>The teacher's loss or gradient was not finite; neither model was changed. Lower the teacher's learning rate.</summary>
    TeacherNotFinite,

    /// <summary>The student's loss or gradient was not finite; the student was not changed. Lower the student's learning rate.</summary>
    StudentNotFinite,
}
