using System.Text.Json;
using EdgeAdapt.Adaptation;
using EdgeAdapt.Edge.Core.Threading;
using EdgeAdapt.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core.Answering;

/// <summary>Keeps what the entropy filter has learnt over restarts. It is bound to model and thresholds: under others it means nothing.</summary>
internal sealed class FilterStateFile(string path, string modelSha256, EntropyFilterOptions options, ILogger logger)
{
    // What a crash costs: at most what the filter has learnt in this time. Each save waits for the disk, and thousands of frames a second offer hundreds of states.
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);
    private readonly Lock _gate = new();
    private readonly AsyncSignal _signal = new();
    private EntropyFilterState? _offered;
    private volatile EntropyFilterOptions _options = options;
    private bool _failed;

    /// <summary>The thresholds that states are saved under from now on.</summary>
    public EntropyFilterOptions Options
    {
        set => _options = value;
    }

    /// <summary>Has <see cref="RunAsync"/> save a state soon; returns at once. One that was offered before and not saved yet is forgotten.</summary>
    public void Offer(EntropyFilterState state)
    {
        Volatile.Write(ref _offered, state);
        _signal.Set();
    }

    /// <summary>Saves what is offered until cancelled, away from the thread that answers: the disk may take seconds for it.</summary>
    public async Task RunAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            await _signal.WaitAsync(Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(false);
            lock (_gate)
            {
                if (Interlocked.Exchange(ref _offered, null) is { } state)
                {
                    Write(state);
                }
            }

            await Task.Delay(Period, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Saves a state now, in place of any that was offered; a disk that does not take it is logged once.</summary>
    public void Save(EntropyFilterState state)
    {
        lock (_gate)
        {
            Volatile.Write(ref _offered, null);
            Write(state);
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
            if (saved?.State is null || saved.Model != modelSha256 || saved.Options != _options)
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

    private void Write(EntropyFilterState state)
    {
        try
        {
            DurableFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(new Saved(modelSha256, _options, state)));
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

    private sealed record Saved(string Model, EntropyFilterOptions Options, EntropyFilterState State);
}
