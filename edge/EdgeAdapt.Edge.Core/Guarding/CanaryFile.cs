using EdgeAdapt.Datasets;
using EdgeAdapt.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core.Guarding;

/// <summary>Keeps the canary frames over restarts, as an npy file of uint8 <c>[N, H, W, 3]</c>.</summary>
internal sealed class CanaryFile(string path, PixelForm form, int capacity, ILogger logger)
{
    private bool _failed;

    /// <summary>Saves frames; a disk that does not take them is logged once.</summary>
    public void Save(IReadOnlyList<byte[]> frames)
    {
        byte[] pixels = new byte[frames.Count * form.Length];
        for (int i = 0; i < frames.Count; i++)
        {
            frames[i].CopyTo(pixels, i * form.Length);
        }

        try
        {
            DurableFile.Write(path, NpyFile.ToBytes(NpyArray.Of(pixels, form.Shape(frames.Count))));
            _failed = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_failed)
            {
                Log.CanaryNotSaved(logger, e.Message);
            }

            _failed = true;
        }
    }

    /// <summary>The saved frames, at most the newest of them that are kept; none where there is no file or it is another model's.</summary>
    public IReadOnlyList<byte[]> Load()
    {
        if (capacity == 0 || !File.Exists(path))
        {
            return [];
        }

        try
        {
            NpyArray saved = NpyFile.Read(path);
            if (saved.ElementType == NpyElementType.UInt8 && saved.Shape.Count == 4 && saved.Shape.SequenceEqual(form.Shape((int)saved.Shape[0])))
            {
                int first = Math.Max(0, (int)saved.Shape[0] - capacity);
                return [.. Enumerable.Range(first, (int)saved.Shape[0] - first).Select(i => saved.Bytes.Slice(i * form.Length, form.Length).ToArray())];
            }

            Log.SavedCanaryRefused(logger, path, "it holds pictures of another size.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DatasetException)
        {
            Log.SavedCanaryRefused(logger, path, e.Message);
        }

        return [];
    }
}
