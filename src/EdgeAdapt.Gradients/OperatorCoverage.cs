namespace EdgeAdapt.Gradients;

/// <summary>Whether training can pass through one kind of operator of a model.</summary>
/// <param name="Operator">The operator, with its domain where that is not ONNX's own.</param>
/// <param name="Nodes">How many nodes of the model use it.</param>
/// <param name="Supported">Whether training works with all of them.</param>
/// <param name="Reason">Which node stands in the way, why, and the remedy; null where supported.</param>
public sealed record OperatorCoverage(string Operator, int Nodes, bool Supported, string? Reason);
