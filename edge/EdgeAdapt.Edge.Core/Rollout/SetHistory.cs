using System.Globalization;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.ParameterSets;
using EdgeAdapt.ParameterSets.Signing;
using EdgeAdapt.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core.Rollout;

/// <summary>
/// Keeps the last good sets of a group as they were received, with their signatures, so that a restart without a connection begins with one. A file's name tells the
/// order of saving, not the version: an operator may have sent an older one anew. The signature is written before its set and others go after the new one is safe, so
/// that a crash between any two steps leaves at least what there was before.
/// </summary>
internal sealed class SetHistory
{
    private const string Extension = ".safetensors";
    private readonly string _legacyFile;
    private readonly NormalizationModel _model;
    private readonly string _group;
    private readonly int _kept;
    private readonly TrustedKeys _trusted;
    private readonly ILogger _logger;

    /// <summary>Opens the history; what a crash left half written is deleted.</summary>
    public SetHistory(RolloutOptions options, NormalizationModel model, ILogger logger)
    {
        // Versions count within a group: those of another group would make this one's look old for ever.
        Folder = Path.Combine(options.StateFolder, "parameters", options.Group);
        _legacyFile = Path.Combine(options.StateFolder, "last-good.safetensors");
        _model = model;
        _group = options.Group;
        _kept = options.Guard.KeptSets;
        _trusted = options.Trusted;
        _logger = logger;
        if (Directory.Exists(Folder))
        {
            DurableFile.DeleteUnfinished(Folder);
        }
    }

    /// <summary>Where they lie; it may not be there yet.</summary>
    public string Folder { get; }

    /// <summary>The sets on disk, the newest first.</summary>
    public IReadOnlyList<string> Files =>
        Directory.Exists(Folder) ? [.. Directory.GetFiles(Folder, "*" + Extension).OrderByDescending(f => f, StringComparer.Ordinal)] : [];

    /// <summary>Saves a set that proved itself; a disk that does not take it is logged.</summary>
    /// <param name="version">Its version.</param>
    /// <param name="content">The bytes as received.</param>
    /// <param name="signature">What signed them, or null.</param>
    /// <param name="record">Sets that it says were taken back go first.</param>
    public void Save(long version, ReadOnlyMemory<byte> content, ParameterSignature? signature, RolloutRecord record)
    {
        try
        {
            DurableFile.CreateFolder(Folder);
            IReadOnlyList<string> before = Files;
            string path = Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{NextNumber(before):D10}-v{version}{Extension}"));
            if (signature is not null)
            {
                DurableFile.Write(path + ParameterSignature.FileExtension, System.Text.Encoding.ASCII.GetBytes(signature.ToString()));
            }

            DurableFile.Write(path, content);
            foreach (string old in Superfluous(before, version, record).Where(DurableFile.TryDelete))
            {
                DurableFile.TryDelete(old + ParameterSignature.FileExtension);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.ParametersNotSaved(_logger, version, e.Message);
        }
    }

    /// <summary>
    /// What may be started with, the best first: each good set that can still be read and believed, then the model as built. Read one by one.
    /// </summary>
    /// <param name="record">Sets that it says were taken back are left out.</param>
    public IEnumerable<GoodSet> Load(RolloutRecord record)
    {
        foreach (string path in Files.Append(_legacyFile).Where(File.Exists))
        {
            if (Read(path, out string? fault) is not { } set)
            {
                Log.SavedParametersRefused(_logger, path, fault!);
            }
            else if (!record.HasReverted(set.Version))
            {
                yield return set;
            }
        }

        yield return new GoodSet(0, _model.Source);
    }

    /// <summary>The versions on disk, the one saved last first, each once. Their files may be damaged.</summary>
    public IReadOnlyList<(long Version, string Path)> Versions =>
        [.. Files.Select(f => (Version: VersionOf(f), Path: f)).Where(f => f.Version > 0).DistinctBy(f => f.Version)];

    /// <summary>One of <see cref="Versions"/>, read and checked; null, and the reason, where it cannot be used.</summary>
    public GoodSet? Find(long version, out string? fault)
    {
        if (version == 0)
        {
            fault = null;
            return new GoodSet(0, _model.Source);
        }

        if (Versions.FirstOrDefault(v => v.Version == version).Path is { } path)
        {
            return Read(path, out fault);
        }

        fault = $"version {version} is not kept on this device";
        return null;
    }

    // By age alone, the sets that an operator took back would push out the one that he went back to.
    private IEnumerable<string> Superfluous(IReadOnlyList<string> before, long version, RolloutRecord record)
    {
        string[] others = [.. before.Where(f => VersionOf(f) != version)];
        return before.Except(others).Concat(others.OrderBy(f => record.HasReverted(VersionOf(f))).Skip(_kept - 1));
    }

    private static long VersionOf(string path) =>
        Path.GetFileNameWithoutExtension(path).Split("-v") is [_, var version] && long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;

    private static long NextNumber(IReadOnlyList<string> files) =>
        files.Count > 0 && long.TryParse(Path.GetFileName(files[0]).Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long newest) ? newest + 1 : 1;

    /// <summary>A saved set, checked as a received one is.</summary>
    private GoodSet? Read(string path, out string? fault)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            fault = _trusted.FindFault(bytes, ParameterSignature.ReadBeside(path));
            if (fault is not null)
            {
                return null;
            }

            ParameterSet set = ParameterSetFile.FromBytes(bytes);
            fault = path == _legacyFile && set.Manifest.Scope != _group ? $"they belong to the group '{set.Manifest.Scope}' and the agent is in '{_group}' now" : null;
            return fault is null && _model.TryUnpack(set, out fault) is { } parameters ? new GoodSet(set.Manifest.Version, parameters) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ParameterSetFormatException)
        {
            fault = e.Message;
            return null;
        }
    }
}
