using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Cloud.Core.Tests;

/// <summary>Keeps log messages for assertions.</summary>
internal sealed class CapturedLog : ILogger
{
    public ConcurrentQueue<(EventId Id, string Text)> Messages { get; } = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Messages.Enqueue((eventId, formatter(state, exception)));
}
