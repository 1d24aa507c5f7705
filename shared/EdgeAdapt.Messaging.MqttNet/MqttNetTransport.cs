using System.Security.Authentication;
using System.Security.Cryptography;
using System.Threading.Channels;
using EdgeAdapt.Contracts;
using MQTTnet;

namespace EdgeAdapt.Messaging.MqttNet;

/// <summary>A connection through MQTTnet 5. A message is acknowledged to the broker when it is read from <see cref="Messages"/>.</summary>
public sealed class MqttNetTransport : IMqttTransport
{
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly UnacknowledgedMessages _messages = new();
    private readonly TaskCompletionSource<string> _disconnected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _ending = new();
    private readonly PublishQueue _publishing;
    private Task _background = Task.CompletedTask;
    private bool _used;
    private bool _disposed;

    /// <summary>Creates a transport that is not connected.</summary>
    public MqttNetTransport()
    {
        _publishing = new PublishQueue(_client, _disconnected.Task);
        _client.ApplicationMessageReceivedAsync += source =>
        {
            _messages.Add(source);
            return Task.CompletedTask;
        };
        _client.DisconnectedAsync += OnDisconnectedAsync;
    }

    /// <inheritdoc/>
    public ChannelReader<MqttMessage> Messages => _messages;

    /// <inheritdoc/>
    public Task<string> Disconnected => _disconnected.Task;

    /// <inheritdoc/>
    public async Task<ConnectResult> ConnectAsync(MqttSessionOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (_used)
        {
            throw new InvalidOperationException("The transport has connected before. Make a new one for each connection.");
        }

        _used = true;
        try
        {
            MqttClientConnectResult result = await _client.ConnectAsync(MqttNetOptions.ForConnection(options), cancellationToken).ConfigureAwait(false);
            if (result.ResultCode != MqttClientConnectResultCode.Success)
            {
                return new ConnectResult(ConnectOutcome.Refused, false, ReasonCodes.Describe((int)result.ResultCode));
            }

            _background = Task.WhenAll(_messages.AcknowledgeAsync(_ending.Token), _publishing.RunAsync(result, _ending.Token));
            return new ConnectResult(ConnectOutcome.Connected, result.IsSessionPresent);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (CryptographicException e)
        {
            return new ConnectResult(ConnectOutcome.Refused, false, $"The settings cannot be used: {e.Message} Check the certificate files.");
        }
        catch (Exception e) when (e is UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException)
        {
            return new ConnectResult(ConnectOutcome.Refused, false, $"The password file or a certificate file cannot be read: {e.Message} Correct its path or its rights.");
        }
        catch (Exception e)
        {
            // The library wraps what happened in exceptions of its own; the innermost one says it.
            string cause = e.GetBaseException().Message.TrimEnd('.') + ".";
            return new ConnectResult(ConnectOutcome.Unreachable, false, e.GetBaseException() is AuthenticationException
                ? $"TLS failed: {cause} Check the certificate files and the host name."
                : $"{cause} Start the broker, or correct host and port, and with or without TLS.");
        }
    }

    /// <inheritdoc/>
    public async Task<SubscribeResult> SubscribeAsync(string filter, QualityOfService quality, CancellationToken cancellationToken)
    {
        MqttClientSubscribeOptions options = new MqttClientSubscribeOptionsBuilder().WithTopicFilter(filter, MqttNetOptions.Level(quality)).Build();
        try
        {
            MqttClientSubscribeResult result = await _client.SubscribeAsync(options, _ending.Token).WaitAsync(cancellationToken).ConfigureAwait(false);
            int code = (int)result.Items.First().ResultCode;
            return code < ReasonCodes.FirstFailure ? SubscribeResult.Success : new SubscribeResult(false, ReasonCodes.Describe(code));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return new SubscribeResult(false, e.Message);
        }
    }

    /// <inheritdoc/>
    public Task<PublishResult> PublishAsync(MqttMessage message, CancellationToken cancellationToken) =>
        _publishing.PublishAsync(new PendingPublish(message, cancellationToken));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        try
        {
            if (_client.IsConnected)
            {
                await _client.DisconnectAsync(new MqttClientDisconnectOptions()).ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            // The connection broke in the moment of leaving it; it is over all the same.
        }

        End("The connection was closed by this client.");
        await _background.ConfigureAwait(false);
        _client.Dispose();
        _ending.Dispose();
    }

    private Task OnDisconnectedAsync(MqttClientDisconnectedEventArgs ended)
    {
        int code = (int)ended.Reason;
        End(ended.Exception is not null ? ended.Exception.GetBaseException().Message
            : code >= ReasonCodes.FirstFailure ? ReasonCodes.Describe(code)
            : "The broker closed the connection.");
        return Task.CompletedTask;
    }

    private void End(string reason)
    {
        if (_disconnected.TrySetResult(reason))
        {
            _messages.Complete();
            _ending.Cancel();
        }
    }
}
