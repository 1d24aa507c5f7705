using System.Text;

namespace EdgeAdapt.Demo.Reports;

/// <summary>
/// Follows a growing text file: each call returns the lines completed since the last one. A line still being written is
/// kept back until its end arrives. Not thread safe.
/// </summary>
internal sealed class ReportFileTail(string path) : IDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly List<byte> _unfinished = [];
    private FileStream? _file;

    /// <summary>The lines that became complete since the last call, without their line ends; none while the file is absent.</summary>
    public IReadOnlyList<string> ReadNew()
    {
        if (_file is null && !File.Exists(path))
        {
            return [];
        }

        _file ??= new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var lines = new List<string>();
        for (int read = _file.Read(_buffer); read > 0; read = _file.Read(_buffer))
        {
            Split(_buffer.AsSpan(0, read), lines);
        }

        return lines;
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    // Decoding happens only on whole lines: a block may end inside a character of several bytes.
    private void Split(ReadOnlySpan<byte> block, List<string> lines)
    {
        for (int end = block.IndexOf((byte)'\n'); end >= 0; end = block.IndexOf((byte)'\n'))
        {
            _unfinished.AddRange(block[..end]);
            lines.Add(Encoding.UTF8.GetString(_unfinished.ToArray()));
            _unfinished.Clear();
            block = block[(end + 1)..];
        }

        _unfinished.AddRange(block);
    }
}
