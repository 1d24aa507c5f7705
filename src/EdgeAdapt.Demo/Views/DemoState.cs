using EdgeAdapt.Demo.Statistics;

namespace EdgeAdapt.Demo.Views;

/// <summary>The demo at one moment, as a view shows it.</summary>
/// <param name="Stage">What is being done, for people.</param>
/// <param name="Elapsed">Time since the start.</param>
/// <param name="Remaining">Estimated time left.</param>
/// <param name="Broker">The broker's state, for people.</param>
/// <param name="Run">What is known about the run; null before the streams exist.</param>
internal sealed record DemoState(string Stage, TimeSpan Elapsed, TimeSpan Remaining, string Broker, RunRecord? Run);
