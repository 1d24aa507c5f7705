using EdgeAdapt.Edge.Core.Telemetry;

namespace EdgeAdapt.Edge.Core.Reporting;

/// <summary>The stream has changed.</summary>
public sealed record DriftLine : ReportLine
{
    /// <summary>The line of a change.</summary>
    public DriftLine(DetectedChange change) : base("drift")
    {
        ArgumentNullException.ThrowIfNull(change);
        Time = change.Time;
        Frame = change.Frame;
        Detector = $"{change.Detector}";
        Direction = $"{change.Direction}";
        Began = change.Began;
        Before = double.IsNaN(change.Before) ? null : change.Before;
        After = double.IsNaN(change.After) ? null : change.After;
        Version = change.ParameterVersion;
        ParametersChanged = change.ParametersChanged;
    }

    /// <summary>When, UTC.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>Frames answered since the agent's start.</summary>
    public long Frame { get; }

    /// <summary>What found it: "PageHinkley", "Adwin" or "LayerInputs".</summary>
    public string Detector { get; }

    /// <summary>Where the entropy went: "Rise", "Fall" or "None".</summary>
    public string Direction { get; }

    /// <summary>Frames ago that it began; 0 where the detector cannot tell.</summary>
    public long Began { get; }

    /// <summary>Mean entropy before it, as a share of ln K; absent for a change of the layers' inputs.</summary>
    public double? Before { get; }

    /// <summary>Mean entropy since it began; absent for a change of the layers' inputs.</summary>
    public double? After { get; }

    /// <summary>Version of the parameter set that answers.</summary>
    public long Version { get; }

    /// <summary>Whether the model's parameters changed since it began.</summary>
    public bool ParametersChanged { get; }
}
