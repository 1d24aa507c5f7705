namespace EdgeAdapt.Evaluation;

/// <summary>One image of an evaluation.</summary>
/// <param name="Condition">Number of its condition.</param>
/// <param name="Index">Its number in the condition.</param>
internal readonly record struct ImagePlace(int Condition, int Index);
