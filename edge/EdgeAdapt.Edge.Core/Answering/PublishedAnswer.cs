namespace EdgeAdapt.Edge.Core.Answering;

/// <summary>An answer that waits to be published, without the picture that it is about: what waits here must not hold megabytes.</summary>
internal readonly record struct PublishedAnswer(long Number, string Name, DateTimeOffset Captured, int Class, float Confidence, float Entropy, long Version, long Generation);
