using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Edge.Core.Inference;

/// <summary>
/// One state of the model: a session with parameters folded in, and what they are. Immutable but for the count of its users, which disposes
/// the session when the last one leaves.
/// </summary>
internal sealed class ModelSnapshot
{
    private readonly ModelSession _session;
    private int _users = 1;

    public ModelSnapshot(ModelSession session, IReadOnlyList<LayerParameters> parameters, long version, long statisticsGeneration)
    {
        _session = session;
        Parameters = parameters;
        Version = version;
        StatisticsGeneration = statisticsGeneration;
    }

    public IReadOnlyList<LayerParameters> Parameters { get; }

    public long Version { get; }

    public long StatisticsGeneration { get; }

    public ModelSession Session => _session;

    /// <summary>Adds a user, unless the last one has left already and the session is gone.</summary>
    public bool TryEnter()
    {
        int users = Volatile.Read(ref _users);
        while (users > 0)
        {
            int seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
            {
                return true;
            }

            users = seen;
        }

        return false;
    }

    /// <summary>Removes a user; the last one disposes the session.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _session.Dispose();
        }
    }
}
