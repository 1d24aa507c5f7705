using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core.Reporting;

/// <summary>
/// The agent's report: JSON lines, one object a line, each handed to the operating system whole before the call returns, so that a reader
/// who follows the file never meets half a line for long. A full disk ends the report, not the agent. Thread safe.
/// </summary>
public sealed class ReportWriter : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly Lock _gate = new();
    private readonly ILogger _logger;
    private FileStream? _file;

    /// <summary>Creates the report, replacing an earlier one.</summary>
    /// <param name="path">The file; null writes no report.</param>
    /// <param name="logger">Told once where the file cannot be written any more.</param>
    /// <exception cref="IOException">The file cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be created.</exception>
    public ReportWriter(string? path, ILogger logger)
    {
        _logger = logger;
        if (path is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0);
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
                _file?.Write(bytes);
            }
            catch (IOException e)
            {
                Log.ReportStopped(_logger, _file?.Name ?? string.Empty, e.Message);
                Dispose();
            }
        }
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
