namespace EdgeAdapt.Gradients;

/// <summary>How long one step spent in one operator.</summary>
/// <param name="Operator">ONNX Runtime's name of it; fusions have names of their own.</param>
/// <param name="Calls">Nodes run.</param>
/// <param name="Seconds">Time in their kernels.</param>
public sealed record OperatorTime(string Operator, int Calls, double Seconds);
