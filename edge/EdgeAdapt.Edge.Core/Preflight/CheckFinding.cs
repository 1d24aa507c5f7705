namespace EdgeAdapt.Edge.Core.Preflight;

/// <summary>What a check found.</summary>
/// <param name="Check">What was looked at, one word.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Finding">What was found; of anything but <see cref="CheckResult.Ok"/> with the remedy at its end.</param>
public sealed record CheckFinding(string Check, CheckResult Result, string Finding)
{
    internal static CheckFinding Ok(string check, string finding) => new(check, CheckResult.Ok, finding);

    internal static CheckFinding Warn(string check, string finding) => new(check, CheckResult.Warning, finding);

    internal static CheckFinding Fail(string check, string finding) => new(check, CheckResult.Failure, finding);
}
