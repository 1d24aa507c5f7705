using System.Globalization;
using EdgeAdapt.Cloud.Core.Sessions;
using EdgeAdapt.Contracts;

namespace EdgeAdapt.EndToEnd.Tests.Faults;

/// <summary>What became of each sample at the edge, by its journals, held against what the cloud stored.</summary>
internal sealed class SampleTally
{
    private readonly Dictionary<string, int> _offered = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> _ids = [];
    private readonly HashSet<int> _accepted = [];
    private readonly HashSet<int> _unanswered = [];
    private readonly HashSet<int> _maybeEvicted = [];
    private readonly HashSet<int> _evicted = [];
    private readonly List<string> _faults = [];

    /// <summary>The number of the next sample.</summary>
    public int Next { get; private set; }

    /// <summary>Samples that the outbox took.</summary>
    public int Accepted => _accepted.Count;

    /// <summary>Samples that it refused for more valuable ones.</summary>
    public int Declined { get; private set; }

    /// <summary>Samples that it gave up for more valuable ones and that did not reach the cloud before.</summary>
    public int Evicted { get; private set; }

    /// <summary>Accepted samples that are stored.</summary>
    public int Stored { get; private set; }

    /// <summary>Accepted samples that are neither stored nor given up.</summary>
    public int Lost { get; private set; }

    /// <summary>Samples that were being handed over at a kill; they may be stored or not.</summary>
    public IReadOnlySet<int> Unanswered => _unanswered;

    /// <summary>Whether the edge has said that its outbox is empty.</summary>
    public bool IsDrained { get; private set; }

    /// <summary>The id of a sample that was offered.</summary>
    public string IdOf(int number) => _ids[number];

    /// <summary>Takes a line of the edge's journal; others, as of a runtime that fails, are faults.</summary>
    public void Note(string line)
    {
        if (line.Split(' ') is not [var name, var text] || !text.EndsWith('.') || !Enum.TryParse(name, out JournalWord word)
            || !int.TryParse(text[..^1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number))
        {
            _faults.Add($"The edge wrote '{line}'.");
            return;
        }

        switch (word)
        {
            case JournalWord.Waiting:
                if (_unanswered.Remove(number))
                {
                    _accepted.Add(number);
                }

                _maybeEvicted.Remove(number);
                _evicted.Remove(number);
                break;
            case JournalWord.Opened when number == 0:
                // Of these the outbox had said that it gives them up, and was killed before it could say that it had.
                _evicted.UnionWith(_maybeEvicted);
                _maybeEvicted.Clear();
                IsDrained = false;
                break;
            case JournalWord.Adding:
                _maybeEvicted.Clear();
                _ids[number] = ContentHash.IdOf(NumberedSamples.Content(number));
                _offered.Add(_ids[number], number);
                _unanswered.Add(number);
                Next = number + 1;
                break;
            case JournalWord.Accepted:
                _unanswered.Remove(number);
                _accepted.Add(number);
                break;
            case JournalWord.Declined:
                _unanswered.Remove(number);
                Declined++;
                break;
            case JournalWord.Evicting:
                _maybeEvicted.Add(number);
                break;
            case JournalWord.Evicted:
                _evicted.Add(number);
                break;
            case JournalWord.Drained:
                IsDrained = true;
                break;
            default:
                _faults.Add($"The edge wrote '{line}'.");
                break;
        }
    }

    /// <summary>Compares, when the outbox is empty.</summary>
    /// <returns>Everything that is wrong; empty where nothing is.</returns>
    public async Task<IReadOnlyList<string>> CompareAsync(StoreLedger ledger)
    {
        List<string> faults = [.. _faults];
        foreach (string name in await ledger.ReadAsync())
        {
            if (ledger.Read(name) is { } sample && !(_offered.TryGetValue(sample.Id, out int number) && sample.Content.Span.SequenceEqual(NumberedSamples.Content(number))))
            {
                faults.Add($"The cloud stored {name}, which nobody offered.");
            }
        }

        faults.AddRange(ledger.Stored.Keys.Where(id => !_offered.ContainsKey(id)).Select(id => $"The cloud stored {id}, which nobody offered."));
        faults.AddRange(ledger.Stored.Where(s => s.Value > 1).Select(s => $"The cloud stored sample {_offered.GetValueOrDefault(s.Key, -1)} ({s.Key}) {s.Value} times."));
        faults.AddRange(ledger.DeletedEarly(AdaptationSessionOptions.MinimumRetainedSamples).Select(name => $"The cloud deleted {name}, which it needs."));
        int[] missing = [.. _accepted.Where(n => !ledger.Stored.ContainsKey(_ids[n]))];
        int[] lost = [.. missing.Where(n => !_evicted.Contains(n))];
        faults.AddRange(lost.Select(n => $"Sample {n} ({_ids[n]}) was accepted and is lost."));
        (Evicted, Lost, Stored) = (missing.Length - lost.Length, lost.Length, _accepted.Count - missing.Length);
        return faults;
    }
}
