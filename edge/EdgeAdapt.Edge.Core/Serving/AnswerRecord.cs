namespace EdgeAdapt.Edge.Core.Serving;

/// <summary>One answer of the device.</summary>
/// <param name="Number">Number of its frame since the agent's start, from 0.</param>
/// <param name="Time">When the frame came.</param>
/// <param name="Class">The class of the largest logit.</param>
/// <param name="Confidence">Probability of that class, 0 to 1.</param>
/// <param name="Entropy">H in nats, 0 to ln(classes).</param>
/// <param name="Kept">Whether the frame was put into the outbox, to be uploaded.</param>
/// <param name="Version">Version of the parameter set that answered; 0 for the model as built.</param>
public readonly record struct AnswerRecord(long Number, DateTimeOffset Time, int Class, float Confidence, float Entropy, bool Kept, long Version);
