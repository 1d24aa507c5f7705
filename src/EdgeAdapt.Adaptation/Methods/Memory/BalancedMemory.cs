namespace EdgeAdapt.Adaptation;

/// <summary>
/// RoTTA's memory of the stream: about as many images of each predicted class, of which the old and uncertain ones leave first. The
/// score of an image is λ_t / (1 + exp(−age / N)) + λ_u H / ln K, its age in images offered since.
/// </summary>
internal sealed class BalancedMemory(int capacity, int classes, double timeliness, double uncertainty)
{
    private readonly List<Item>[] _items = [.. Enumerable.Range(0, classes).Select(_ => new List<Item>())];

    public int Count => _items.Sum(c => c.Count);

    /// <summary>The images, class by class, in the order of their arrival.</summary>
    public IReadOnlyList<float[]> Images => [.. _items.SelectMany(c => c).Select(i => i.Image)];

    /// <summary>w = e / (1 + e) with e = exp(−age / N), one entry an image: what it counts in the loss.</summary>
    public IReadOnlyList<float> Weights => [.. _items.SelectMany(c => c).Select(i => (float)(1 / (1 + Math.Exp((double)i.Age / capacity))))];

    /// <summary>Offers an image; all ages grow by one.</summary>
    /// <returns>Whether it is kept.</returns>
    public bool Offer(ReadOnlySpan<float> image, int label, double entropy)
    {
        var item = new Item(image.ToArray(), entropy / Math.Log(classes));
        bool kept = MakeRoom(label, Score(item));
        if (kept)
        {
            _items[label].Add(item);
        }

        foreach (Item old in _items.SelectMany(c => c))
        {
            old.Age++;
        }

        return kept;
    }

    public void Clear()
    {
        foreach (List<Item> list in _items)
        {
            list.Clear();
        }
    }

    private bool MakeRoom(int label, double score)
    {
        if (_items[label].Count >= (double)capacity / classes)
        {
            return RemoveFrom([label], score);
        }

        int most = _items.Max(c => c.Count);
        return Count < capacity || RemoveFrom([.. Enumerable.Range(0, classes).Where(c => _items[c].Count == most)], score);
    }

    private bool RemoveFrom(int[] among, double score)
    {
        (int Class, Item Item, double Score)? worst = null;
        foreach ((int label, Item item) in among.SelectMany(c => _items[c].Select(i => (c, i))))
        {
            // The later one of equals, as in the public code.
            double value = Score(item);
            worst = worst is { } w && value < w.Score ? worst : (label, item, value);
        }

        return worst is { } leaves && leaves.Score > score && _items[leaves.Class].Remove(leaves.Item);
    }

    private double Score(Item item) => (timeliness / (1 + Math.Exp(-(double)item.Age / capacity))) + (uncertainty * item.Uncertainty);

    private sealed class Item(float[] image, double uncertainty)
    {
        public float[] Image { get; } = image;

        public double Uncertainty { get; } = uncertainty;

        public int Age { get; set; }
    }
}
