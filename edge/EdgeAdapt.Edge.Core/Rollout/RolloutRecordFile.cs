using System.Text.Json;
using EdgeAdapt.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core.Rollout;

/// <summary>Keeps the record of a group over restarts, beside its sets. It is bound to the model: versions of another mean nothing.</summary>
internal sealed class RolloutRecordFile(string path, string modelSha256, ILogger logger)
{
    /// <summary>Saves it; a disk that does not take it is logged.</summary>
    public void Save(RolloutRecord record)
    {
        try
        {
            DurableFile.CreateFolder(Path.GetDirectoryName(path)!);
            DurableFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(record with { Model = modelSha256 }));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.RolloutRecordNotSaved(logger, e.Message);
        }
    }

    /// <summary>The saved record; an empty one where there is none that fits.</summary>
    public RolloutRecord Load()
    {
        if (!File.Exists(path))
        {
            return RolloutRecord.Empty;
        }

        try
        {
            RolloutRecord? saved = JsonSerializer.Deserialize<RolloutRecord>(File.ReadAllBytes(path));
            return saved?.Reverted is not null && saved.Model == modelSha256 ? saved : RolloutRecord.Empty;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            Log.RolloutRecordRefused(logger, path, e.Message);
            return RolloutRecord.Empty;
        }
    }
}
