using EdgeAdapt.Onnx.Normalization;

namespace EdgeAdapt.Edge.Core.Rollout;

/// <summary>What the model's parameters are made of. Immutable.</summary>
/// <param name="Version">Version of the parameter set; 0 for the model file's own.</param>
/// <param name="Set">The set's parameters, one entry a layer.</param>
/// <param name="Statistics">The device's own statistics, or null where it has none yet.</param>
internal sealed record ModelState(long Version, IReadOnlyList<LayerParameters> Set, DeviceStatistics? Statistics)
{
    /// <summary>How often the statistics have been refreshed.</summary>
    public long Generation => Statistics?.Generation ?? 0;

    /// <summary>The parameters that answer: scale and bias of the set, mean and variance by the mode.</summary>
    public IReadOnlyList<LayerParameters> Effective(StatisticsMode mode, NormalizationModel model) =>
    [
        .. Set.Select((layer, i) => mode switch
        {
            StatisticsMode.Source => layer with { Mean = model.Source[i].Mean, Variance = model.Source[i].Variance },
            StatisticsMode.Mixed when Statistics is { } own => layer with { Mean = own.Mixed[i].Mean, Variance = own.Mixed[i].Variance },
            _ => layer,
        }),
    ];

    /// <summary>What the statistics are estimated under: scale and bias of the set, and the model file's statistics to mix with.</summary>
    public IReadOnlyList<LayerParameters> EstimationParameters(NormalizationModel model) => Effective(StatisticsMode.Source, model);
}
