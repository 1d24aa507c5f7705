namespace EdgeAdapt.Edge.Core.Answering;

/// <summary>Which answers are published at the broker.</summary>
public enum AnswerPublishing
{
    /// <summary>None.</summary>
    None,

    /// <summary>Each answer.</summary>
    All,

    /// <summary>An answer of another class than the one published last.</summary>
    Changes,
}
