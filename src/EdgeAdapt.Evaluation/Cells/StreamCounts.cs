using EdgeAdapt.Adaptation;

namespace EdgeAdapt.Evaluation;

/// <summary>Adds up what happens along a stream.</summary>
internal sealed class StreamCounts(ConditionImages images, UploadEncoding upload, bool mixed, int windowImages)
{
    private readonly Dictionary<(int Condition, int Round), ConditionTally> _tallies = [];
    private readonly List<(int Condition, int Round)> _order = [];
    private readonly List<TimelineWindow> _windows = [];

    /// <summary>One a condition and round, in the order of the stream; of a shuffled one, in the order of the conditions.</summary>
    public IReadOnlyList<ConditionTally> Tallies =>
    [
        .. (mixed ? _order.Order() : _order.AsEnumerable()).Select(k => _tallies[k] with { Seconds = Math.Round(_tallies[k].Seconds, 3) }),
    ];

    public IReadOnlyList<TimelineWindow> Timeline => _windows;

    public void Add(StreamBatch batch, TestTimeResult result, TimeSpan busy, long setBytes)
    {
        int correct = 0;
        for (int row = 0; row < batch.Images.Count; row++)
        {
            ImagePlace place = batch.Images[row];

            // An answer of NaN is no answer: its first class must not count as a hit.
            ReadOnlySpan<float> logits = result.Logits.Sample(row);
            int hit = !float.IsNaN(Logits.Entropy(logits)) && Logits.ArgMax(logits) == images.Label(place) ? 1 : 0;
            correct += hit;
            Change(place.Condition, batch.Round, t => t with { Images = t.Images + 1, Correct = t.Correct + hit });
        }

        foreach (int row in result.Uploaded)
        {
            ImagePlace place = batch.Images[row];
            Change(place.Condition, batch.Round, t => t with { Uploaded = t.Uploaded + 1, ImageBytesUp = t.ImageBytesUp + images.UploadBytes(place, upload) });
        }

        Change(batch.Images[0].Condition, batch.Round, t => t with
        {
            StatisticsBytesUp = t.StatisticsBytesUp + result.StatisticsBytesUp,
            ParameterSets = t.ParameterSets + (result.ParameterBytesDown / setBytes),
            Seconds = t.Seconds + busy.TotalSeconds,
        });
        Extend(mixed ? "mixed" : images.Names[batch.Images[0].Condition], batch, correct);
    }

    private void Extend(string corruption, StreamBatch batch, int correct)
    {
        bool goesOn = _windows.Count > 0 && _windows[^1].Corruption == corruption && _windows[^1].Round == batch.Round && _windows[^1].Images < windowImages;
        if (!goesOn)
        {
            _windows.Add(new TimelineWindow(corruption, batch.Round, 0, 0));
        }

        _windows[^1] = _windows[^1] with { Images = _windows[^1].Images + batch.Images.Count, Correct = _windows[^1].Correct + correct };
    }

    private void Change(int condition, int round, Func<ConditionTally, ConditionTally> change)
    {
        if (!_tallies.TryGetValue((condition, round), out ConditionTally? tally))
        {
            tally = new ConditionTally(images.Names[condition], round, 0, 0, 0, 0, 0, 0, 0);
            _order.Add((condition, round));
        }

        _tallies[(condition, round)] = change(tally);
    }
}
