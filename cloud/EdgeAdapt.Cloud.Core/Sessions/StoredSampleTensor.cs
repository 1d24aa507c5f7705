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
    public void CopyTo(Span<float> destination)
    {
        if (TryLoad() is { } values)
        {
            values.CopyTo(destination);
        }
        else
        {
            destination.Fill(float.NaN);
        }
    }

    /// <summary>The model input <c>[C, H, W]</c>, or null where the file is damaged; the store has then removed and logged it.</summary>
    public float[]? TryLoad()
    {
        if (cache.Find(sample) is { } known)
        {
            return known;
        }

        if (store.Read(sample) is not { } content)
        {
            return null;
        }

        if (preprocessor.Preprocess(content.Content) is not { IsReady: true } image)
        {
            // It decoded when it came in; another version of the decoder refuses it now.
            store.Remove([sample]);
            return null;
        }

        cache.Add(sample, image.Values);
        return image.Values;
    }
}
