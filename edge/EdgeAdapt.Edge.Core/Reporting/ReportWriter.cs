using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core.Reporting;

/// <summary>
/// The agent's report: JSON lines, one object a line, each handed to the operating system whole before the call returns, so that a reader
/// who follows the file never meets half a line for long. It is bounded: a file that is full becomes the older one, in place of the one before, and a new one is begun.
/// A full disk ends the report, not the agent. Thread safe.
/// </summary>
public sealed class ReportWriter : IDisposable
{
    /// <summary>What stands behind the name of the older file.</summary>
    public const string OlderSuffix = ".1";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly Lock _gate = new();
    private readonly ILogger _logger;
    private readonly long _maximumFileBytes;
    private FileStream? _file;

    /// <summary>Creates the report, replacing an earlier one.</summary>
    /// <param name="path">The file; null writes no report.</param>
    /// <param name="maximumBytes">What the report may take, half of it the older file; above 0.</param>
    /// <param name="logger">Told once where the file cannot be written any more.</param>
    /// <exception cref="IOException">The file cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be created.</exception>
    public ReportWriter(string? path, long maximumBytes, ILogger logger)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumBytes, 1);
        _logger = logger;
        _maximumFileBytes = maximumBytes / 2;
        if (path is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            File.Delete(path + OlderSuffix);
            _file = Create(path);
        }
    }

    /// <summary>Writes one line.</summary>
    public void Write<T>(T line)
        where T : ReportLine
    {
        if (Volatile.Read(ref _file) is null)
        {
            return;
        }

        byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(line, Json), (byte)'\n'];
        lock (_gate)
        {
            try
            {
                // The length of a pipe is not asked for, and that of a device is 0: neither is ever full.
                if (_file is { CanSeek: true, Length: > 0 } && _file.Length + bytes.Length > _maximumFileBytes)
                {
                    BeginAnew(_file);
                }

                _file?.Write(bytes);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Log.ReportStopped(_logger, _file?.Name ?? string.Empty, e.Message);
                Dispose();
            }
        }
    }

    private static FileStream Create(string path) => new(path, FileMode.Create, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0);

    private void BeginAnew(FileStream full)
    {
        full.Dispose();
        File.Move(full.Name, full.Name + OlderSuffix, overwrite: true);
        _file = Create(full.Name);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            try
            {
                _file?.Dispose();
            }
            catch (IOException)
            {
                // The fault that ended the report already; it was logged.
            }

            _file = null;
        }
    }
}
