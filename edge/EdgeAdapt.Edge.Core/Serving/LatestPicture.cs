namespace EdgeAdapt.Edge.Core.Serving;

/// <summary>A frame as a browser shows it, with its answer.</summary>
/// <param name="ContentType">image/jpeg or image/png.</param>
/// <param name="Content">The file.</param>
/// <param name="Answer">What was answered.</param>
public sealed record LatestPicture(string ContentType, ReadOnlyMemory<byte> Content, AnswerRecord Answer);
