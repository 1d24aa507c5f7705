namespace EdgeAdapt.Messaging;

/// <summary>What became of an attempt to connect, and why.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="SessionPresent">Whether the broker kept a session, with subscriptions and queued messages, from before.</param>
/// <param name="Fault">A sentence for everything but <see cref="ConnectOutcome.Connected"/>, else null.</param>
public sealed record ConnectResult(ConnectOutcome Outcome, bool SessionPresent = false, string? Fault = null);
