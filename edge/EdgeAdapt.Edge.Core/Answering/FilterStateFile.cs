using System.Text.Json;
using EdgeAdapt.Adaptation;
using EdgeAdapt.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core.Answering;

/// <summary>Keeps what the entropy filter has learnt over restarts. It is bound to model and thresholds: under others it means nothing.</summary>
internal sealed class FilterStateFile(string path, string modelSha256, EntropyFilterOptions options, ILogger logger)
{
    private bool _failed;

    /// <summary>Saves a state; a disk that does not take it is logged once.</summary>
    public void Save(EntropyFilterState state)
    {
        try
        {
            DurableFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(new Saved(modelSha256, options, state)));
            _failed = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_failed)
            {
                Log.FilterStateNotSaved(logger, e.Message);
            }

            _failed = true;
        }
    }

    /// <summary>Continues a filter from the saved state, where there is one that fits.</summary>
    public void Restore(EntropyFilter filter)
    {
        if (!File.Exists(path))
        {
            return;
        }

        try
        {
            Saved? saved = JsonSerializer.Deserialize<Saved>(File.ReadAllBytes(path));
            if (saved?.State is null || saved.Model != modelSha256 || saved.Options != options)
            {
                Log.FilterStateRefused(logger, "it belongs to another model or other thresholds.");
                return;
            }

            filter.State = saved.State;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            Log.FilterStateRefused(logger, e.Message);
        }
    }

    private sealed record Saved(string Model, EntropyFilterOptions Options, EntropyFilterState State);
}
