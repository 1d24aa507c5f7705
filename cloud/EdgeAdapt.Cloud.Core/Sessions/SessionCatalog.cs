using EdgeAdapt.Storage;
using EdgeAdapt.Cloud.Core.Models;
using EdgeAdapt.Cloud.Core.Storage;
using EdgeAdapt.Contracts;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Cloud.Core.Sessions;

/// <summary>All sessions of a tenant: those found on the disk, and those that devices ask for. Thread safe.</summary>
public sealed class SessionCatalog
{
    private readonly StateFolder _state;
    private readonly string _tenant;
    private readonly IReadOnlyDictionary<string, ServedModel> _models;
    private readonly AdaptationSessionOptions _options;
    private readonly TensorCache _cache;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<SessionKey, AdaptationSession> _sessions = [];

    private SessionCatalog(
        StateFolder state, string tenant, IReadOnlyDictionary<string, ServedModel> models, AdaptationSessionOptions options, TimeProvider time, ILogger logger)
    {
        _state = state;
        _tenant = tenant;
        _models = models;
        _options = options;
        _cache = new TensorCache(options.CacheBytes);
        _time = time;
        _logger = logger;
    }

    /// <summary>The models served, by name.</summary>
    public IReadOnlyDictionary<string, ServedModel> Models => _models;

    /// <summary>Every session, in the order in which they were opened.</summary>
    public IReadOnlyList<AdaptationSession> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _sessions.Values];
            }
        }
    }

    /// <summary>Opens every session that is on the disk for these models.</summary>
    /// <param name="state">The state folder; the caller disposes it after the last use of the catalog.</param>
    /// <param name="tenant">Whose sessions.</param>
    /// <param name="models">The models served; the caller disposes them.</param>
    /// <param name="options">How much the sessions keep.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Receives what happens.</param>
    /// <exception cref="IOException">The disk cannot be read.</exception>
    public static SessionCatalog Open(
        StateFolder state, string tenant, IEnumerable<ServedModel> models, AdaptationSessionOptions options, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(options);
        var catalog = new SessionCatalog(state, tenant, models.ToDictionary(m => m.Name, StringComparer.Ordinal), options, time, logger);
        foreach (ServedModel model in catalog._models.Values)
        {
            string folder = catalog.FolderOf(model);
            string[] groups = Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];
            foreach (string group in groups.Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal))
            {
                if (Topics.IsName(group))
                {
                    catalog.OpenSession(new SessionKey(model.Name, group));
                }
            }
        }

        return catalog;
    }

    /// <summary>An existing session, or null.</summary>
    public AdaptationSession? Find(SessionKey key)
    {
        lock (_lock)
        {
            return _sessions.GetValueOrDefault(key);
        }
    }

    /// <summary>A session, made where there is none yet; null where the number of sessions allowed is reached.</summary>
    /// <param name="key">A model that is served, and a valid group name.</param>
    /// <exception cref="IOException">Its folder cannot be made.</exception>
    public AdaptationSession? FindOrOpen(SessionKey key)
    {
        lock (_lock)
        {
            return _sessions.GetValueOrDefault(key) ?? (_sessions.Count < _options.MaximumSessions ? OpenSession(key) : null);
        }
    }

    private AdaptationSession OpenSession(SessionKey key)
    {
        ServedModel model = _models[key.Model];
        AdaptationSession session = AdaptationSession.Open(key, model, Path.Combine(FolderOf(model), key.Group), _options, _cache, _time, _logger);
        _sessions.Add(key, session);
        return session;
    }

    private string FolderOf(ServedModel model) => _state.ModelFolder(_tenant, model.Name, model.Student.Model.Sha256);
}
