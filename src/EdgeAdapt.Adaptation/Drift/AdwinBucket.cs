namespace EdgeAdapt.Adaptation;

/// <summary>A bucket of <see cref="Adwin"/>'s window.</summary>
/// <param name="Level">It stands for 2^Level values.</param>
/// <param name="Sum">Their sum.</param>
/// <param name="Squares">Sum of their squared deviations from their mean.</param>
public readonly record struct AdwinBucket(int Level, double Sum, double Squares);
