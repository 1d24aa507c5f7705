using System.Text.Json;
using EdgeAdapt.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core.Outbox;

/// <summary>
/// The time by which samples age. It follows the monotonic clock: a wall clock that is set while the agent runs ages nothing. Over a restart it goes on by what the
/// clock on the wall says, never backwards, and by at most half the maximum age: a device that wakes up in the year 2099 must not take all its samples for too old.
/// A file keeps what both clocks showed at one moment. Not thread safe.
/// </summary>
internal sealed class OutboxClock
{
    private const string Consequence = "samples age from the newest of them on";

    // Less would be written each minute by clocks that drift, more would age samples by it at the next start.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    // A start counts from the last moment on, up to the longest leap: one that is an hour old gives nearly all of it, and 24 small writes a day wear no flash.
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromHours(1);
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly IDurableDisk _disk;
    private readonly ILogger _logger;
    private readonly long _origin;
    private readonly long _start;
    private readonly TimeSpan _period;
    private Moment? _saved;
    private bool _failing;

    /// <summary>Continues the clock, and notes a leap at once: it must not count again at the next start.</summary>
    /// <param name="path">Where it is kept.</param>
    /// <param name="latest">The latest stamp of the samples that wait; null where none does.</param>
    /// <param name="longestLeap">By how much samples may age while the agent does not run.</param>
    /// <param name="time">The clocks.</param>
    /// <param name="disk">Writes the file.</param>
    /// <param name="logger">Told where it cannot be read or written.</param>
    public OutboxClock(string path, long? latest, TimeSpan longestLeap, TimeProvider time, IDurableDisk disk, ILogger logger)
    {
        (_path, _time, _disk, _logger) = (path, time, disk, logger);
        _period = longestLeap < LongestPeriod ? longestLeap : LongestPeriod;
        _origin = time.GetTimestamp();
        long wall = Wall;
        _saved = Read();
        _start = Start(wall, latest, (long)longestLeap.TotalMilliseconds);

        // A clock that is behind, as on a device without one until the network sets it, says nothing of the time that passed: what is saved stays for the next start.
        if (_saved is not { } saved || latest is null || wall >= saved.Wall)
        {
            Save(new Moment(wall, _start));
        }
    }

    /// <summary>Milliseconds since 1970 by this clock.</summary>
    public long Now => _start + (long)_time.GetElapsedTime(_origin).TotalMilliseconds;

    private long Wall => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Saves the moment where the clock on the wall was set since the last one, or that is long ago.</summary>
    public void Note()
    {
        var now = new Moment(Wall, Now);
        if (_saved is not { } saved || Math.Abs(now.Wall - saved.Wall - (now.Time - saved.Time)) > Tolerance.TotalMilliseconds || now.Time - saved.Time >= _period.TotalMilliseconds)
        {
            Save(now);
        }
    }

    private long Start(long wall, long? latest, long longestLeap)
    {
        // Where nothing waits, nothing can age; an outbox of a version without this file counts from its newest sample.
        if (latest is not { } last)
        {
            return wall;
        }

        Moment from = _saved ?? new Moment(last, last);
        return Math.Max(last, from.Time + Math.Clamp(wall - from.Wall, 0, longestLeap));
    }

    private void Save(Moment moment)
    {
        try
        {
            _disk.Write(_path, [JsonSerializer.SerializeToUtf8Bytes(moment)]);
            (_saved, _failing) = (moment, false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_failing)
            {
                Log.OutboxClockNotSaved(_logger, e.Message);
            }

            _failing = true;
        }
    }

    private Moment? Read()
    {
        if (!File.Exists(_path))
        {
            return null;
        }

        try
        {
            if (JsonSerializer.Deserialize<Moment>(File.ReadAllBytes(_path)) is { } moment && SampleWorth.IsStamp(moment.Wall) && SampleWorth.IsStamp(moment.Time))
            {
                return moment;
            }

            Log.OutboxFileUnusable(_logger, _path, Consequence, "it holds no time.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            Log.OutboxFileUnusable(_logger, _path, Consequence, e.Message);
        }

        return null;
    }

    /// <summary>What both clocks showed at one moment, milliseconds since 1970.</summary>
    private sealed record Moment(long Wall, long Time);
}
