using System.Text.Json;
using EdgeAdapt.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core.Telemetry;

/// <summary>
/// Keeps what the detectors have learnt over restarts: a device that is switched off for the night must not take the next morning's fog for what is normal.
/// Bound to model and constants, under others it means nothing.
/// </summary>
internal sealed class DriftStateFile(string path, string modelSha256, DriftOptions options, ILogger logger)
{
    private bool _failed;

    /// <summary>Saves a state; a disk that does not take it is logged once.</summary>
    public void Save(DriftState state)
    {
        try
        {
            DurableFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(new Saved(modelSha256, Constants(options), state)));
            _failed = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_failed)
            {
                Log.DriftStateNotSaved(logger, e.Message);
            }

            _failed = true;
        }
    }

    /// <summary>Continues from the saved state, where there is one that fits.</summary>
    public void Restore(DriftTelemetry telemetry)
    {
        if (!File.Exists(path))
        {
            return;
        }

        try
        {
            Saved? saved = JsonSerializer.Deserialize<Saved>(File.ReadAllBytes(path));
            if (saved is not { State: { PageHinkley: not null, Adwin: not null } state } || saved.Model != modelSha256 || saved.Options != Constants(options))
            {
                Log.DriftStateRefused(logger, "it belongs to another model or other constants.");
                return;
            }

            telemetry.State = state;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            Log.DriftStateRefused(logger, e.Message);
        }
    }

    /// <summary>Without what changes no detector's state.</summary>
    private static DriftOptions Constants(DriftOptions options) => new() { Block = options.Block, PageHinkley = options.PageHinkley, Adwin = options.Adwin };

    private sealed record Saved(string Model, DriftOptions Options, DriftState State);
}
