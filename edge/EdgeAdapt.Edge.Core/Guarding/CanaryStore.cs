using EdgeAdapt.Edge.Core.Inference;

namespace EdgeAdapt.Edge.Core.Guarding;

/// <summary>The canary frames and their file. Frames come on one thread, and are saved on another: seldom, since a device's flash wears out.</summary>
internal sealed class CanaryStore(CanaryFrames frames, CanaryFile file, int capacity, TimeProvider time)
{
    private static readonly TimeSpan SavePeriod = TimeSpan.FromMinutes(10);
    private long _savedChanges;
    private long _savedAt = time.GetTimestamp();
    private volatile bool _hasFile;

    /// <summary>Whether the frames should be saved: when there are enough for the first time, and then every ten minutes.</summary>
    public bool IsSaveDue =>
        capacity > 0 && frames.Changes > Interlocked.Read(ref _savedChanges)
        && (_hasFile ? time.GetElapsedTime(Interlocked.Read(ref _savedAt)) >= SavePeriod : frames.Count >= capacity);

    /// <summary>Takes a frame.</summary>
    /// <param name="image">Preprocessed <c>[3, H, W]</c>; it is copied.</param>
    /// <param name="answered">Its class as the last good set sees it.</param>
    /// <returns>Whether the frames should be saved now.</returns>
    public bool Offer(ReadOnlySpan<float> image, int answered)
    {
        frames.Offer(image, answered);
        return IsSaveDue;
    }

    /// <summary>Saves what has not been saved.</summary>
    public void Save()
    {
        long changes = frames.Changes;
        if (changes > Interlocked.Read(ref _savedChanges))
        {
            file.Save(frames.All());
            _hasFile = true;
            Interlocked.Exchange(ref _savedChanges, changes);
            Interlocked.Exchange(ref _savedAt, time.GetTimestamp());
        }
    }

    /// <summary>Puts back what was saved.</summary>
    /// <param name="canary">Says of which class the frames are.</param>
    /// <param name="model">As this state of the model sees them.</param>
    public void Restore(Canary canary, ModelLease model)
    {
        IReadOnlyList<byte[]> saved = file.Load();
        frames.Restore([.. saved.Select(pixels => (pixels, canary.Classify(model, pixels)))]);
        _hasFile = saved.Count > 0;
        Interlocked.Exchange(ref _savedChanges, frames.Changes);
    }
}
