namespace EdgeAdapt.Cli.Benchmarks;

/// <summary>How far one exported network is from PyTorch: the worst relative error of each kind of tensor.</summary>
/// <param name="Network">The network.</param>
/// <param name="Opset">The operator set it was exported in.</param>
/// <param name="Layers">Normalization layers.</param>
/// <param name="Tensors">Gradient tensors compared: scales and biases, for both losses.</param>
/// <param name="Loss">Largest relative error of the losses.</param>
/// <param name="Logits">Relative error of the logits.</param>
/// <param name="Gradients">Largest relative error of a gradient tensor.</param>
/// <param name="WorstGradient">Which tensor that is.</param>
/// <param name="Cancelling">Gradient tensors judged by their terms, because these cancel.</param>
/// <param name="Statistics">Largest relative error of a batch's mean or variance; null where no layer has them.</param>
/// <param name="Ok">Whether all errors are within the tolerance.</param>
internal sealed record GradientRow(
    string Network, int Opset, int Layers, int Tensors, double Loss, double Logits, double Gradients, string WorstGradient, int Cancelling, double? Statistics, bool Ok);
