using System.Text.Json;
using EdgeAdapt.Datasets;

namespace EdgeAdapt.Evaluation;

/// <summary>
/// A folder with one file for each finished cell. A file appears whole or not at all, so an interrupted evaluation goes on where
/// it was; files of another set-up (models, data, options, program) are not read and are replaced.
/// </summary>
internal sealed class CellStore
{
    private readonly string _folder;
    private readonly string _fingerprint;

    public CellStore(string folder, string fingerprint)
    {
        (_folder, _fingerprint) = (folder, fingerprint);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"The results folder '{folder}' cannot be made: {e.Message} Choose another.", e);
        }
    }

    /// <summary>The finished cell, or null where there is none of this set-up, or its file is damaged.</summary>
    public CellResult? Find(EvaluationCell cell)
    {
        string path = PathOf(cell);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            CellResult? result = JsonSerializer.Deserialize<CellResult>(File.ReadAllBytes(path), EvaluationJson.Options);
            return result is { Tallies: not null, Timeline: not null } && result.Cell == cell && result.Fingerprint == _fingerprint ? result : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes a finished cell.</summary>
    public void Add(CellResult result)
    {
        string path = PathOf(result.Cell);
        string unfinished = path + ".tmp";
        File.WriteAllBytes(unfinished, JsonSerializer.SerializeToUtf8Bytes(result, EvaluationJson.Options));
        File.Move(unfinished, path, overwrite: true);
    }

    private string PathOf(EvaluationCell cell) => Path.Combine(_folder, cell.FileName);
}
