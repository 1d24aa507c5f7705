using EdgeAdapt.Edge.Core.Inference;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Prepared;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core.Rollout;

/// <summary>The active model and what its parameters are made of, exchanged together. Changed from one thread at a time.</summary>
internal sealed class ActiveState : IDisposable
{
    private readonly NormalizationModel _model;
    private readonly RolloutOptions _options;
    private readonly PreparedModel? _prepared;

    /// <summary>Loads the best of what there is to start with.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prepared">Makes its sessions, and is disposed with this object; null to load the model anew for each.</param>
    /// <param name="options">How to run it.</param>
    /// <param name="sets">Sets to start with, the best first, at the end the model as built.</param>
    /// <param name="statistics">The device's own statistics, or null.</param>
    /// <param name="logger">Told of what does not work.</param>
    /// <exception cref="OnnxModelException">The model as built does not work either.</exception>
    public ActiveState(NormalizationModel model, PreparedModel? prepared, RolloutOptions options, IEnumerable<GoodSet> sets, DeviceStatistics? statistics, ILogger logger)
    {
        _model = model;
        _options = options;
        _prepared = prepared;
        foreach (GoodSet set in sets)
        {
            // Statistics that are spoilt must not cost the good sets with which they are tried.
            foreach (DeviceStatistics? tried in statistics is null ? [null] : (DeviceStatistics?[])[statistics, null])
            {
                State = new ModelState(set.Version, set.Parameters, tried);
                try
                {
                    Model = Load(State);
                    return;
                }
                catch (OnnxModelException e) when (tried is not null)
                {
                    Log.SavedStatisticsRefused(logger, options.StateFolder, e.Message);
                }
                catch (OnnxModelException e) when (set.Version > 0)
                {
                    Log.SavedParametersRefused(logger, $"of version {set.Version}", e.Message);
                }
            }
        }

        throw new InvalidOperationException("The sets did not end with the model as built.");
    }

    /// <summary>The model that answers. Owned by this object.</summary>
    public ActiveModel Model { get; }

    /// <summary>What its parameters are made of.</summary>
    public ModelState State { get; private set; }

    /// <summary>Builds a state without activating it; null, and the reason, where it does not work.</summary>
    public ModelLease? Prepare(ModelState next, out string? fault)
    {
        try
        {
            fault = null;
            return Model.Prepare(next.Effective(_options.Mode, _model), next.Version, next.Generation);
        }
        catch (OnnxModelException e)
        {
            fault = e.Message;
            return null;
        }
    }

    /// <summary>Makes a state the active one; the lease stays the caller's.</summary>
    public void Activate(ModelLease prepared, ModelState state)
    {
        Model.Activate(prepared);
        State = state;
    }

    /// <summary>Builds a state and makes it the active one; otherwise says why not and changes nothing.</summary>
    public string? Swap(ModelState next)
    {
        using ModelLease? prepared = Prepare(next, out string? fault);
        if (prepared is not null)
        {
            Activate(prepared, next);
        }

        return fault;
    }

    /// <summary>Lets the next batch of frames begin a new average.</summary>
    public void ForgetStatistics() => State = State with { Statistics = null };

    /// <inheritdoc/>
    public void Dispose()
    {
        Model.Dispose();
        _prepared?.Dispose();
    }

    private ActiveModel Load(ModelState state) =>
        new(_model, state.Effective(_options.Mode, _model), state.Version, state.Generation, _options.ImageShape, _options.Session, _prepared);
}
