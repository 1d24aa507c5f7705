using EdgeAdapt.Adaptation;

namespace EdgeAdapt.Evaluation;

/// <summary>One image as it arrives in the cloud, read again whenever it is needed, so that a replay buffer holds no pixels.</summary>
internal sealed class ImageSample(ConditionImages images, ImagePlace place, UploadEncoding upload) : IAdaptationSample
{
    /// <inheritdoc/>
    public string Id { get; } = $"{images.Names[place.Condition]}#{place.Index}";

    /// <inheritdoc/>
    public void CopyTo(Span<float> destination) => images.ReadUploaded(place, upload, destination);
}
