namespace EdgeAdapt.Preparation;

/// <summary>A convolution of a model and what preparation did with it.</summary>
/// <param name="Name">The node's name, or its output's where the node has none.</param>
/// <param name="Channels">Channels of its output.</param>
/// <param name="Status">What was done.</param>
/// <param name="Quantized">Whether its weights are integers.</param>
public sealed record Convolution(string Name, int Channels, ConvolutionStatus Status, bool Quantized = false);
