namespace EdgeAdapt.Messaging;

/// <summary>The rules of <see cref="MqttSessionOptions"/>.</summary>
internal static class MqttSessionOptionsFaults
{
    private static readonly TimeSpan LongestSession = TimeSpan.FromSeconds(uint.MaxValue);

    /// <summary>Every broken rule, with its remedy.</summary>
    public static IReadOnlyList<string> Of(MqttSessionOptions options)
    {
        List<string> faults = [];
        if (string.IsNullOrWhiteSpace(options.Host) || options.Host.Any(c => char.IsWhiteSpace(c) || c is '/'))
        {
            faults.Add($"Host is '{options.Host}'. Give the broker's name or address alone, such as broker.example.org, without a scheme.");
        }

        if (options.Port is < 1 or > ushort.MaxValue)
        {
            faults.Add($"Port is {options.Port}. Give one from 1 to 65535: 1883, or 8883 for TLS.");
        }

        if (string.IsNullOrEmpty(options.ClientId) || options.ClientId.Length > MqttSessionOptions.MaximumClientIdLength || options.ClientId.Any(c => c is < '!' or > '~'))
        {
            faults.Add($"ClientId is '{options.ClientId}'. Give 1 to {MqttSessionOptions.MaximumClientIdLength} printable ASCII characters that no other client uses.");
        }

        if (options.PasswordFile is not null && options.Username is null)
        {
            faults.Add("PasswordFile is given without Username. Give both.");
        }

        if ((options.CertificateFile is null) != (options.KeyFile is null))
        {
            faults.Add("CertificateFile and KeyFile belong together. Give both or none.");
        }

        if (options.CertificateFile is not null && options.CaFile is null)
        {
            faults.Add("CertificateFile is given without CaFile, which turns TLS on. Give the file of the authority that signed the broker's certificate.");
        }

        AddMissing(faults, nameof(options.PasswordFile), options.PasswordFile);
        AddMissing(faults, nameof(options.CaFile), options.CaFile);
        AddMissing(faults, nameof(options.CertificateFile), options.CertificateFile);
        AddMissing(faults, nameof(options.KeyFile), options.KeyFile);
        AddOutside(faults, nameof(options.KeepAlive), options.KeepAlive, TimeSpan.FromSeconds(5), TimeSpan.FromHours(18));
        AddOutside(faults, nameof(options.SessionExpiry), options.SessionExpiry, TimeSpan.Zero, LongestSession);
        AddOutside(faults, nameof(options.ConnectTimeout), options.ConnectTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10));
        AddOutside(faults, nameof(options.PublishTimeout), options.PublishTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        AddOutside(faults, nameof(options.ReconnectMinimum), options.ReconnectMinimum, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1));
        AddOutside(faults, nameof(options.ReconnectMaximum), options.ReconnectMaximum, options.ReconnectMinimum, TimeSpan.FromDays(1));
        if (options.MaximumPacketLength is < 1 << 10 or > 256 << 20)
        {
            faults.Add($"MaximumPacketLength is {options.MaximumPacketLength}. Give 1024 to {256 << 20} bytes.");
        }

        // 0 would be a protocol error: the broker answers it with the end of the connection.
        if (options.ReceiveMaximum is < 1 or > ushort.MaxValue)
        {
            faults.Add($"ReceiveMaximum is {options.ReceiveMaximum}. Give 1 to {ushort.MaxValue} messages.");
        }

        if (options.Will is { } will && !TopicFilter.IsTopic(will.Topic))
        {
            faults.Add($"The topic of Will is '{will.Topic}'. Give one without the wildcards + and #.");
        }

        if (options.Will is { } sent && MessageRules.Fault(sent) is { } fault)
        {
            faults.Add("Will cannot be sent: " + fault);
        }

        return faults;
    }

    private static void AddMissing(List<string> faults, string name, string? path)
    {
        if (path is not null && !File.Exists(path))
        {
            faults.Add($"{name} names '{path}', which does not exist. Correct the path, or the rights on its folder.");
        }
    }

    private static void AddOutside(List<string> faults, string name, TimeSpan value, TimeSpan minimum, TimeSpan maximum)
    {
        if (value < minimum || value > maximum)
        {
            faults.Add($"{name} is {value}. Give {minimum} to {maximum}.");
        }
    }
}
