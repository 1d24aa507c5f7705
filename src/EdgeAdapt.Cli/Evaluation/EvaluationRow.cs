namespace EdgeAdapt.Cli.Evaluation;

/// <summary>One method on one corruption.</summary>
/// <param name="Method">The method's name.</param>
/// <param name="Corruption">The corruption's name.</param>
/// <param name="Accuracy">Share of images answered correctly, 0 to 1, each before the update that uses it.</param>
/// <param name="UploadedFraction">Share of images that a gradient was computed from, 0 to 1.</param>
/// <param name="BytesUp">Uploaded images as raw pixels (H·W·C bytes each), and statistics where the method sends them.</param>
/// <param name="BytesDown">Parameter sets sent down.</param>
/// <param name="Seconds">Time for inference and adaptation together, reading the images not included.</param>
internal sealed record EvaluationRow(
    string Method, string Corruption, double Accuracy, double UploadedFraction, long BytesUp, long BytesDown, double Seconds);
