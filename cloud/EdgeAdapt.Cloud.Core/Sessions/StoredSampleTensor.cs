using EdgeAdapt.Adaptation;
using EdgeAdapt.Cloud.Core.Models;
using EdgeAdapt.Cloud.Core.Storage;
using EdgeAdapt.Imaging;

namespace EdgeAdapt.Cloud.Core.Sessions;

/// <summary>A stored sample as training reads it: from the cache, or decoded from its file.</summary>
internal sealed class StoredSampleTensor(StoredSample sample, SampleStore store, ImagePreprocessor preprocessor, TensorCache cache) : IAdaptationSample
{
    /// <inheritdoc/>
    public string Id => sample.Id;

    /// <inheritdoc/>
    public void CopyTo(Span<float> destination) => Load().CopyTo(destination);

    /// <summary>The model input <c>[C, H, W]</c>.</summary>
    /// <exception cref="SampleUnavailableException">The file is damaged; the store has removed it.</exception>
    public float[] Load()
    {
        if (cache.Find(sample) is { } known)
        {
            return known;
        }

        SampleContent? content = store.Read(sample);
        if (content is null || preprocessor.Preprocess(content.Content) is not { IsReady: true } image)
        {
            // It decoded when it came in, so its file is not what was written; a step must not meet it again.
            store.Remove([sample]);
            throw new SampleUnavailableException(sample.Id);
        }

        cache.Add(sample, image.Values);
        return image.Values;
    }
}
