namespace EdgeAdapt.Adaptation;

/// <summary>What an <see cref="EntropyFilter"/> has learnt from its stream, for keeping across restarts.</summary>
/// <param name="Samples">Samples counted so far, selected or not.</param>
/// <param name="EntropySum">The sum of their entropies, nats.</param>
/// <param name="WarmUpMean">The mean entropy at the end of the warm-up, nats; null before that.</param>
/// <param name="Credit">Uploads that the budget still grants, at least 0; 0 where there is no budget.</param>
/// <param name="Reserve">Uploads that are held back for a change, or were released by one and not spent, at least 0; 0 where none are.</param>
public sealed record EntropyFilterState(long Samples, double EntropySum, double? WarmUpMean, double Credit = 0, double Reserve = 0);
