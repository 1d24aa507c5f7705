namespace EdgeAdapt.Messaging.Mosquitto.Requests;

/// <summary>A request whose answer somebody awaits.</summary>
internal abstract class NetworkRequest<TResult>(CancellationToken cancellationToken) : NetworkRequest
{
    // Answers are given on the network loop's thread, which must not run what awaits them.
    private readonly TaskCompletionSource<TResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The answer, or cancellation.</summary>
    public Task<TResult> Result => _result.Task.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public override bool IsAbandoned => cancellationToken.IsCancellationRequested;

    /// <summary>Gives the answer, once.</summary>
    protected void Complete(TResult result) => _result.TrySetResult(result);
}
