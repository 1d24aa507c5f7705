namespace EdgeAdapt.Demo.Processes;

/// <summary>Waits until a service says that it is ready, as a container platform would ask it.</summary>
internal static class ReadinessProbe
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(150);

    /// <summary>Waits for a success answer.</summary>
    /// <param name="process">The service's process.</param>
    /// <param name="address">The address to ask.</param>
    /// <param name="patience">How long to wait at most.</param>
    /// <param name="time">The clock that waiting goes by.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DemoException">The process ended, or was not ready in time.</exception>
    public static async Task WaitAsync(ChildProcess process, Uri address, TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        long start = time.GetTimestamp();
        string last = "no answer";
        while (time.GetElapsedTime(start) < patience)
        {
            if (process.Exited.IsCompleted)
            {
                throw new DemoException(
                    $"{process.Name} ended at start with exit code {await process.Exited.ConfigureAwait(false)}: {process.LastWords()}");
            }

            try
            {
                using HttpResponseMessage answer = await client.GetAsync(address, cancellation).ConfigureAwait(false);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }

                last = $"status {(int)answer.StatusCode}";
            }
            catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellation.IsCancellationRequested))
            {
                // Not listening yet, or too busy starting to answer within the client's limit.
                last = e.Message;
            }

            await Task.Delay(PollInterval, time, cancellation).ConfigureAwait(false);
        }

        throw new DemoException(
            $"{process.Name} was not ready after {patience.TotalSeconds:0} s ({last}). Its last words: {process.LastWords()}");
    }
}
