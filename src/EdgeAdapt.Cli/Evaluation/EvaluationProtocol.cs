namespace EdgeAdapt.Cli.Evaluation;

/// <summary>What happens between two corruptions.</summary>
internal enum EvaluationProtocol
{
    /// <summary>Everything is reset at each corruption.</summary>
    Reset,

    /// <summary>One stream through all corruptions; nothing is ever reset.</summary>
    Continual,
}
