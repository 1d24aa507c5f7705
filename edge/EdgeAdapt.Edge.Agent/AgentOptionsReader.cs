using System.Globalization;
using System.Net;
using EdgeAdapt.Adaptation;
using EdgeAdapt.Contracts;
using EdgeAdapt.Datasets;
using EdgeAdapt.Edge.Core;
using EdgeAdapt.Edge.Core.Answering;
using EdgeAdapt.Edge.Core.Frames;
using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Edge.Core.Outbox;
using EdgeAdapt.Edge.Core.Resources;
using EdgeAdapt.Edge.Core.Rollout;
using EdgeAdapt.Edge.Core.Telemetry;
using EdgeAdapt.Edge.Core.Uploading;
using EdgeAdapt.Edge.Server;
using EdgeAdapt.Messaging;
using EdgeAdapt.Observability.Otlp;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Agent;

/// <summary>Turns settings, which are text, into the agent's options, and collects every fault before it complains.</summary>
/// <param name="configuration">The settings.</param>
/// <param name="limits">What the device allows, which some defaults follow; null for a device with room for everything.</param>
internal sealed class AgentOptionsReader(AgentConfiguration configuration, ResourceLimits? limits = null)
{
    private const string NoBroker = "none";
    private const string None = "none";
    private readonly List<string> _faults = [.. configuration.Faults];
    private readonly List<string> _lowered = [];
    private LimitedDefaults _defaults = LimitedDefaults.None;

    /// <summary>What is logged; valid after <see cref="Read"/>.</summary>
    public LogLevel LogLevel { get; private set; } = LogLevel.Information;

    /// <summary>How to answer requests, or null for not at all; valid after <see cref="Read"/>.</summary>
    public ServerOptions? Server { get; private set; }

    /// <summary>The collector of metrics and traces, or null for the one in the environment, if any; valid after <see cref="Read"/>.</summary>
    public string? Otlp { get; private set; }

    /// <summary>Settings that nobody made and whose defaults are smaller here than elsewhere, such as "--http-images 16 (instead of 64)"; valid after <see cref="Read"/>.</summary>
    public IReadOnlyList<string> Lowered => _lowered;

    /// <summary>Reads the options.</summary>
    /// <exception cref="EdgeAgentException">Some settings cannot be used; the message lists all of them.</exception>
    public EdgeAgentOptions Read()
    {
        EdgeAgentOptions options = ReadAll(out IReadOnlyList<string> found);
        return found.Count == 0 ? options : throw new EdgeAgentException(string.Join(Environment.NewLine, found.Select(f => "- " + f)));
    }

    /// <summary>Reads the options, and every fault of the settings with its remedy.</summary>
    /// <returns>The options; with faults, those of the settings that can be used and defaults for the rest.</returns>
    public EdgeAgentOptions ReadAll(out IReadOnlyList<string> found)
    {
        _defaults = limits is null ? LimitedDefaults.None : LimitedDefaults.For(limits, MemoryNeed.ModelBytes(Text("model")));
        LogLevel = Choice("log-level", LogLevel.Information);
        Server = ReadServer();
        Otlp = Text("otlp");
        _faults.AddRange(Otlp is not null && OtlpExport.FindFault(Otlp) is { } fault ? [fault] : []);
        var policy = StatisticsPolicy.Device;
        var filter = EntropyFilterOptions.Device;
        var upload = new UploadOptions();
        var guard = new RolloutGuardOptions();
        var drift = new DriftOptions();
        TimeSpan acknowledgement = Seconds("acknowledgement-timeout", upload.AcknowledgementTimeout);
        var options = new EdgeAgentOptions
        {
            Model = Text("model") ?? string.Empty,
            Normalization = ReadNormalization(),
            Source = Text("source") ?? string.Empty,
            Rate = Number("rate", 10),
            Loop = Switch("loop"),
            Watch = Switch("watch"),
            Tenant = Text("tenant") ?? Topics.DefaultTenant,
            Device = Text("device") ?? DeviceName(),
            Group = Text("group") ?? "default",
            State = Text("state") ?? string.Empty,
            Report = Text("report"),
            ReportBytes = (long)(Number("report-megabytes", EdgeAgentOptions.DefaultReportBytes >> 20) * (1 << 20)),
            Broker = ReadBroker(),
            Threads = Whole("threads", Follow("threads", LimitedDefaults.None.Threads, _defaults.Threads)),
            Statistics = Choice("statistics", StatisticsMode.Mixed),
            StatisticsBatch = Whole("statistics-batch", Follow("statistics-batch", LimitedDefaults.None.StatisticsBatch, _defaults.StatisticsBatch)),
            StatisticsLoad = Number("statistics-load", 0.02),
            StatisticsPolicy = policy with
            {
                MemoryImages = (float)Number("statistics-memory", policy.MemoryImages),
                PriorSamples = (float)Number("statistics-prior", policy.PriorSamples),
                DistanceScale = (float)Number("statistics-distance", policy.DistanceScale),
            },
            Filter = filter with
            {
                EntropyHighMargin = Number("entropy-high", filter.EntropyHighMargin!.Value),
                EntropyLowMargin = Text("entropy-low") == None ? null : Number("entropy-low", filter.EntropyLowMargin!.Value),
                WarmUpSamples = Text("entropy-warm-up") == None ? null : Whole("entropy-warm-up", filter.WarmUpSamples!.Value),
                Lambda = Number("entropy-lambda", filter.Lambda),
                MayRise = Switch("entropy-may-rise"),
                UploadShare = (Text("upload-share") ?? None) == None ? null : Number("upload-share", 1),
                Strategy = Choice("upload-choice", filter.Strategy),
                ReserveFrames = Whole("upload-reserve", filter.ReserveFrames),
            },
            Outbox = ReadOutbox(),
            Upload = upload with
            {
                MaximumInFlight = Whole("in-flight", upload.MaximumInFlight),
                AcknowledgementTimeout = acknowledgement,
                LongestAcknowledgementTimeout = acknowledgement > upload.LongestAcknowledgementTimeout ? acknowledgement : upload.LongestAcknowledgementTimeout,
                Format = Choice("upload-format", upload.Format),
                Quality = Whole("upload-quality", upload.Quality),
                Budget = upload.Budget with
                {
                    BytesPerMinute = Megabytes("upload-megabytes-per-minute"),
                    BytesPerHour = Megabytes("upload-megabytes-per-hour"),
                    BytesPerDay = Megabytes("upload-megabytes-per-day"),
                    BytesPerMonth = Megabytes("upload-megabytes-per-month"),
                    BurstShare = Number("upload-burst", upload.Budget.BurstShare),
                    ReportShare = Number("upload-reports", upload.Budget.ReportShare),
                },
            },
            DrainTimeout = Seconds("drain-timeout", TimeSpan.FromSeconds(30)),
            TrustedKeys = Text("trusted-key")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
            Guard = guard with
            {
                MaximumDistance = Number("guard-distance", guard.MaximumDistance),
                MaximumShift = Number("guard-shift", guard.MaximumShift),
                CanaryFrames = Whole("canary-frames", guard.CanaryFrames),
                MinimumAgreement = Number("guard-agreement", guard.MinimumAgreement),
                MaximumEntropyRise = Number("guard-entropy", guard.MaximumEntropyRise),
                MaximumConfidenceDrop = Number("guard-confidence", guard.MaximumConfidenceDrop),
                MinimumDiversity = Number("guard-diversity", guard.MinimumDiversity),
                MaximumSlowdown = Number("guard-slowdown", guard.MaximumSlowdown),
                Window = Whole("guard-window", guard.Window),
                KeptSets = Whole("keep-sets", guard.KeptSets),
            },
            TakesRequests = Text("http") is not null,
            AuditShare = Number("audit-share", 0),
            Privacy = Choice("privacy", PrivacyMode.Images),
            Drift = drift with
            {
                Window = Whole("drift-window", drift.Window),
                Block = Whole("drift-block", drift.Block),
                ReportPeriod = Seconds("telemetry-period", drift.ReportPeriod),
            },
        };

        options = options with { Input = ReadInput(), PublishAnswers = Choice("publish-answers", AnswerPublishing.None) };
        _faults.AddRange(options.Faults());
        _faults.AddRange(Server?.Faults() ?? []);
        found = _faults;
        return options;
    }

    private static string DeviceName()
    {
        string host = Environment.MachineName.Split('.')[0];
        return host.Any(char.IsAsciiLetterOrDigit) ? Topics.ToName(host) : "device";
    }

    private FrameInputOptions ReadInput()
    {
        var input = new FrameInputOptions();
        string? size = Text("stdin-frames");
        if (!FrameSize.TryParse(size ?? "1x1", out FrameSize frames))
        {
            _faults.Add($"--stdin-frames is '{size}'. Give WIDTHxHEIGHT, for example 640x480.");
        }

        return input with
        {
            StreamSize = size is null || frames == default ? null : frames,
            Live = Switch("live"),
            MaximumFrameBytes = (int)(Math.Clamp(Number("frame-megabytes", input.MaximumFrameBytes >> 20), -1, 1000) * (1 << 20)),
            ImageTopic = Text("image-topic"),
            ImageQueue = Whole("image-queue", input.ImageQueue),
        };
    }

    private OutboxOptions ReadOutbox()
    {
        var outbox = new OutboxOptions();
        return outbox with
        {
            MaximumBytes = (long)(Number("outbox-megabytes", OutboxOptions.DefaultMaximumBytes >> 20) * (1 << 20)),
            MaximumAge = Hours("outbox-hours", outbox.MaximumAge),
            QueuedWrites = Whole("outbox-queue", outbox.QueuedWrites),
            RememberedIds = Whole("outbox-remembered", outbox.RememberedIds),
            Value = outbox.Value with
            {
                NoveltyShare = Number("outbox-novelty", outbox.Value.NoveltyShare),
                HalfLife = Hours("outbox-half-life", outbox.Value.HalfLife),
            },
        };
    }

    private MqttSessionOptions? ReadBroker()
    {
        bool secured = Text("ca-file") is not null;
        string text = Text("broker") ?? "127.0.0.1";
        if (text == NoBroker)
        {
            return null;
        }

        if (!Uri.TryCreate($"mqtt://{text}", UriKind.Absolute, out Uri? address) || address.PathAndQuery is not ("/" or "") || address.UserInfo.Length > 0)
        {
            _faults.Add($"--broker is '{text}'. Give HOST or HOST:PORT, for example 127.0.0.1:1883 or [::1]:1883, or \"none\".");
            return null;
        }

        return new MqttSessionOptions
        {
            Host = address.Host.Trim('[', ']'),
            Port = address.Port > 0 ? address.Port : secured ? 8883 : 1883,
            ClientId = "edge",
            Username = Text("username"),
            PasswordFile = Text("password-file"),
            CaFile = Text("ca-file"),
            CertificateFile = Text("certificate-file"),
            KeyFile = Text("key-file"),
            ReceiveMaximum = Whole("receive-maximum", MqttSessionOptions.DefaultReceiveMaximum),
        };
    }

    private ServerOptions? ReadServer()
    {
        if (Text("http") is not { } text)
        {
            return null;
        }

        var server = new ServerOptions();
        string port = text[(text.LastIndexOf(':') + 1)..];
        string host = port.Length == text.Length ? "127.0.0.1" : text[..^(port.Length + 1)].Replace("localhost", "127.0.0.1", StringComparison.Ordinal);
        if (ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) && IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address))
        {
            server = server with { Address = new IPEndPoint(address, number) };
        }
        else
        {
            _faults.Add($"--http is '{text}'. Give ADDRESS:PORT or PORT, for example 127.0.0.1:8080, or 0.0.0.0:8080 for every network.");
        }

        return server with
        {
            Token = ReadToken(),
            MaximumBatch = Whole("http-batch", server.MaximumBatch),
            BatchWait = TimeSpan.FromMilliseconds(Math.Clamp(Number("http-batch-wait", 0), -1, 100_000)),
            MaximumImages = Whole("http-images", Follow("http-images", server.MaximumImages, _defaults.HttpImages)),
            MaximumRequestBytes = (long)(Math.Clamp(Number("http-megabytes", Follow("http-megabytes", (int)(server.MaximumRequestBytes >> 20), (int)(_defaults.HttpBytes >> 20))), -1, 100_000) * (1 << 20)),
            KeepSamples = !Switch("http-no-samples"),
            Page = !Switch("no-page"),

            // A picture in somebody's browser has left the device as much as one at the broker.
            PagePictures = !Switch("page-no-pictures") && (Text("privacy") is null || string.Equals(Text("privacy"), nameof(PrivacyMode.Images), StringComparison.OrdinalIgnoreCase)),
        };
    }

    private string? ReadToken()
    {
        if (Text("http-token-file") is not { } path)
        {
            return null;
        }

        try
        {
            return PasswordFile.Read(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _faults.Add($"--http-token-file cannot be read: {e.Message} Give a file whose first line is the token.");
            return null;
        }
    }

    private Normalization? ReadNormalization()
    {
        string? mean = Text("mean");
        string? deviation = Text("std");
        if (mean is null && deviation is null)
        {
            return null;
        }

        if (mean is null || deviation is null)
        {
            _faults.Add("--mean and --std go together. Give both, one number a channel, or neither.");
            return null;
        }

        try
        {
            Normalization normalization = Normalization.Parse(mean, deviation);
            if (normalization.Channels == 3)
            {
                return normalization;
            }

            _faults.Add($"--mean has {normalization.Channels} numbers and pictures have 3 channels. Give three numbers, red first.");
        }
        catch (FormatException e)
        {
            _faults.Add($"--mean and --std: {e.Message}");
        }

        return null;
    }

    private string? Text(string name) => configuration.Settings[name] is { Length: > 0 } text ? text : null;

    /// <summary>The default of a setting on this device; noted where it is another one than elsewhere and nobody set it.</summary>
    private int Follow(string name, int usual, int here)
    {
        if (here != usual && Text(name) is null)
        {
            _lowered.Add($"--{name} {here} (instead of {usual})");
        }

        return here;
    }

    private bool Switch(string name)
    {
        if (Text(name) is not { } text)
        {
            return false;
        }

        if (bool.TryParse(text, out bool value))
        {
            return value;
        }

        _faults.Add($"--{name} is '{text}'. Give true or false.");
        return false;
    }

    private double Number(string name, double otherwise)
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value))
        {
            return value;
        }

        _faults.Add($"--{name} is '{text}', which is no number. Give one with a decimal point, for example {otherwise.ToString(CultureInfo.InvariantCulture)}.");
        return otherwise;
    }

    private int Whole(string name, int otherwise)
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value))
        {
            return value;
        }

        _faults.Add($"--{name} is '{text}', which is no whole number. Give one, for example {otherwise}.");
        return otherwise;
    }

    private TimeSpan Seconds(string name, TimeSpan otherwise)
    {
        double seconds = Number(name, otherwise.TotalSeconds);
        return TimeSpan.FromSeconds(Math.Clamp(seconds, -1, TimeSpan.FromDays(2).TotalSeconds));
    }

    // Bounded far beyond the legal range on both sides, so that the range is checked in one place.
    private TimeSpan Hours(string name, TimeSpan otherwise) => TimeSpan.FromHours(Math.Clamp(Number(name, otherwise.TotalHours), -1, 1e6));

    private long? Megabytes(string name) => Text(name) is null ? null : (long)Math.Clamp(Number(name, 1) * 1e6, -1, 1e18);

    private T Choice<T>(string name, T otherwise)
        where T : struct, Enum
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }

        if (!int.TryParse(text, out _) && Enum.TryParse(text, ignoreCase: true, out T value))
        {
            return value;
        }

        _faults.Add($"--{name} is '{text}'. Give {string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant()))}.");
        return otherwise;
    }
}
