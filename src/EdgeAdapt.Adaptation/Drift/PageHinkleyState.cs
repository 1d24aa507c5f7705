namespace EdgeAdapt.Adaptation;

/// <summary>What a <see cref="PageHinkley"/> test has learnt, for a restart.</summary>
/// <param name="Count">Values since the last change.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Squares">Sum of their squared deviations from it.</param>
/// <param name="Rise">m_t − min m for a rise.</param>
/// <param name="RiseCount">Values since that minimum.</param>
/// <param name="RiseSum">Their sum.</param>
/// <param name="Fall">m_t − min m for a fall.</param>
/// <param name="FallCount">Values since that minimum.</param>
/// <param name="FallSum">Their sum.</param>
public sealed record PageHinkleyState(
    long Count, double Mean, double Squares, double Rise, long RiseCount, double RiseSum, double Fall, long FallCount, double FallSum)
{
    /// <summary>Whether a series can have given it.</summary>
    internal bool IsUsable() =>
        Count >= 0 && RiseCount >= 0 && FallCount >= 0 && RiseCount < Math.Max(Count, 1) && FallCount < Math.Max(Count, 1)
        && Squares >= 0 && Rise >= 0 && Fall >= 0
        && double.IsFinite(Mean + Squares + Rise + RiseSum + Fall + FallSum);
}
