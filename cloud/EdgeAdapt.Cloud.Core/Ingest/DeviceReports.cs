using System.Collections.Concurrent;
using EdgeAdapt.Cloud.Core.Models;
using EdgeAdapt.Cloud.Core.Sessions;
using EdgeAdapt.Contracts;
using EdgeAdapt.Onnx.Normalization;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Cloud.Core.Ingest;

/// <summary>Takes in what devices say about themselves: their status, their statistics and their telemetry. Thread safe.</summary>
public sealed class DeviceReports
{
    private readonly SessionCatalog _sessions;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, DeviceReport> _devices = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DeviceTelemetry> _telemetry = new(StringComparer.Ordinal);
    private long _ignoredTelemetry;

    /// <summary>Devices whose telemetry is kept; those beyond are left out, so that made-up names cannot fill the memory.</summary>
    public const int MaximumTelemetryDevices = 10_000;

    /// <summary>Creates an empty collection.</summary>
    public DeviceReports(SessionCatalog sessions, TimeProvider time, ILogger logger)
    {
        _sessions = sessions;
        _time = time;
        _logger = logger;
    }

    /// <summary>The devices of a session that have told their status, by name.</summary>
    public IReadOnlyList<DeviceReport> Of(SessionKey key) =>
        [.. _devices.Values.Where(d => d.Status.Group == key.Group && d.Status.Model == key.Model).OrderBy(d => d.Device, StringComparer.Ordinal)];

    /// <summary>Telemetry messages that were left out: unreadable, of an unknown model, or of a device too many.</summary>
    public long IgnoredTelemetry => Interlocked.Read(ref _ignoredTelemetry);

    /// <summary>The last telemetry of the devices of a session, by name.</summary>
    public IReadOnlyList<DeviceTelemetry> TelemetryOf(SessionKey key) =>
        [.. _telemetry.Values.Where(d => d.Report.Group == key.Group && d.Model == key.Model).OrderBy(d => d.Device, StringComparer.Ordinal)];

    /// <summary>Takes a telemetry message; one that cannot be read or is of another model is logged, counted and left out.</summary>
    public void TakeTelemetry(MqttMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (FindTelemetryFault(message) is { } fault)
        {
            Interlocked.Increment(ref _ignoredTelemetry);
            _logger.TelemetryIgnored(fault);
        }
    }

    /// <summary>Takes a status message; one that cannot be read is logged and left out.</summary>
    public void TakeStatus(MqttMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!DeviceStatus.TryParse(message, out DeviceStatus? status, out string? fault))
        {
            _logger.StatusIgnored(fault);
        }
        else if (Topics.TryParse(message.Topic, out TopicAddress? address))
        {
            _devices[address.Device!] = new DeviceReport(address.Device!, status, _time.GetUtcNow());
        }
    }

    /// <summary>Takes a statistics message; one that cannot be read or does not fit the model is logged and left out.</summary>
    public void TakeStatistics(MqttMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (FindFault(message) is { } fault)
        {
            _logger.StatisticsIgnored(fault);
        }
    }

    private string? FindTelemetryFault(MqttMessage message)
    {
        if (!TelemetryReport.TryParse(message, out TelemetryReport? report, out string? fault) || !Topics.TryParse(message.Topic, out TopicAddress? address))
        {
            return fault;
        }

        string device = address.Device!;
        if (!_sessions.Models.TryGetValue(address.Model!, out ServedModel? model) || report.BaseModelSha256 != model.Student.Model.Sha256)
        {
            return $"'{device}' runs a model that this service does not adapt; give both the same file";
        }

        if (!_telemetry.ContainsKey(device) && _telemetry.Count >= MaximumTelemetryDevices)
        {
            return $"'{device}' would be one device more than the {MaximumTelemetryDevices} whose telemetry is kept; run a second service for another tenant";
        }

        // Once a change: a device repeats its last one in each report. The number alone would not do, since each of its runs counts from one.
        if (report.LastChange is { } change && _telemetry.GetValueOrDefault(device)?.Report.LastChange is var before && (before?.Number, before?.Time) != (change.Number, change.Time))
        {
            _logger.DeviceDrifted(device, report.Group, change.Detector, change.Direction, change.Before, change.After);
        }

        _telemetry[device] = new DeviceTelemetry(device, address.Model!, report, _time.GetUtcNow());
        return null;
    }

    private string? FindFault(MqttMessage message)
    {
        if (!StatisticsReport.TryParse(message, out StatisticsReport? report, out string? fault))
        {
            return fault;
        }

        if (!_sessions.Models.TryGetValue(report.Model, out ServedModel? model) || report.BaseModelSha256 != model.Student.Model.Sha256)
        {
            return $"'{report.Device}' runs a model that this service does not adapt; give both the same file";
        }

        if (_sessions.FindOrOpen(new SessionKey(report.Model, report.Group)) is not { } session)
        {
            return $"the group '{report.Group}' of '{report.Device}' would be one more than allowed";
        }

        LayerStatistics[] layers =
        [
            .. model.Student.Layers.Select(l => new LayerStatistics(
                report.Tensors.GetValueOrDefault(l.MeanName) ?? [], report.Tensors.GetValueOrDefault(l.VarianceName) ?? [])),
        ];
        return session.EdgeStatistics.TryReport(report.Device, new DeviceStatistics(layers, report.Frames, _time.GetUtcNow()))
            ? null
            : $"the statistics of '{report.Device}' lack a layer, have another number of channels, or a negative variance; check the agent's version";
    }
}
