namespace EdgeAdapt.Adaptation;

/// <summary>
/// All that a <see cref="CloudAdapter"/> needs to go on after a restart as if nothing had happened. Holds finite numbers,
/// text and lists only, so that it survives JSON.
/// </summary>
/// <param name="Student">The edge model.</param>
/// <param name="Teacher">The foundation model.</param>
/// <param name="WaitingSamples">Ids of the uploads that wait for their step, oldest first.</param>
/// <param name="ReplaySamples">Ids of the replay buffer, oldest first.</param>
/// <param name="GeneratorState">Where the sequence of replay draws stands.</param>
/// <param name="Steps">Steps taken.</param>
/// <param name="SamplesSeen">Uploads that have been in a step.</param>
/// <param name="SamplesBroken">Uploads that were left out because they could not be read or held NaN.</param>
public sealed record CloudAdapterState(
    ModelState Student, ModelState Teacher, IReadOnlyList<string> WaitingSamples, IReadOnlyList<string> ReplaySamples,
    ulong GeneratorState, long Steps, long SamplesSeen, long SamplesBroken)
{
    /// <summary>What the guard remembers; null in states written without one, which begins it anew.</summary>
    public GuardState? Guard { get; init; }

    /// <summary>The edge model as it was built, with the statistics that it answers under; null in states written without one, which begins them anew.</summary>
    public ModelState? Source { get; init; }
}
