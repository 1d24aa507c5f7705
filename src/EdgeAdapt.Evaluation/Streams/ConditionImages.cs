using EdgeAdapt.Datasets;
using EdgeAdapt.Imaging;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Evaluation;

/// <summary>
/// The images of all conditions, open for as long as replay buffers may hold handles into them. Reads may come from several
/// threads at once.
/// </summary>
internal sealed class ConditionImages : IDisposable
{
    private readonly ILabeledImages[] _sets;
    private readonly int[][] _labels;
    private readonly int[][] _order;
    private readonly Normalization _normalization;
    private readonly int _limit;
    private readonly Lazy<ImageEncoder> _encoder = new(() => new ImageEncoder());
    private readonly Lazy<PixelDecoder> _decoder = new(() => new PixelDecoder());

    private ConditionImages(string[] names, ILabeledImages[] sets, int[][] labels, EvaluationSubject subject, EvaluationOptions options)
    {
        (Names, _sets, _labels) = (names, sets, labels);
        _order = [.. labels.Select(StoredOrder.Of)];
        InClassOrder = [.. names.Where((_, c) => StoredOrder.IsByClass(labels[c]))];
        (_normalization, _limit) = (subject.Normalization, options.Limit ?? int.MaxValue);
    }

    /// <summary>The conditions.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The conditions that are stored class by class, as folders are; their images are shown in a fixed shuffled order.</summary>
    public IReadOnlyList<string> InClassOrder { get; }

    public int Height => _sets[0].Height;

    public int Width => _sets[0].Width;

    public int Channels => _sets[0].Channels;

    /// <summary>Opens every condition and checks that images and labels fit the student.</summary>
    /// <exception cref="DatasetException">They do not; the message names the file, the fault and the remedy.</exception>
    public static ConditionImages Open(EvaluationSubject subject, EvaluationOptions options)
    {
        string[] unknown = [.. options.Corruptions.Except(subject.Data.Corruptions)];
        if (unknown.Length > 0)
        {
            throw new DatasetException($"'{subject.Data.Path}' has no condition {string.Join(", ", unknown)}. It has: {string.Join(", ", subject.Data.Corruptions)}.");
        }

        string[] names = [.. subject.Data.Corruptions.Where(c => options.Corruptions.Count == 0 || options.Corruptions.Contains(c))];
        var sets = new List<ILabeledImages>();
        var labels = new List<int[]>();
        try
        {
            foreach (string name in names)
            {
                sets.Add(subject.Data.OpenCorruption(name));
                ImageRules.Check(sets[^1], sets[0], name, subject, options.Uploads);
                labels.Add(ClassNumbers.Of(sets[^1], name, subject));
            }

            return new ConditionImages(names, [.. sets], [.. labels], subject, options);
        }
        catch
        {
            sets.ForEach(s => s.Dispose());
            throw;
        }
    }

    /// <summary>Images of a condition that are used.</summary>
    public int Count(int condition) => Math.Min(_sets[condition].Count, _limit);

    public int Label(ImagePlace place) => _labels[place.Condition][_order[place.Condition][place.Index]];

    /// <summary>One image as model input <c>[C, H, W]</c>.</summary>
    public void Read(ImagePlace place, Span<float> destination)
    {
        byte[] pixels = ReadPixels(place);
        Frames.Normalize(pixels, 1, Height, Width, Channels, _normalization, destination);
    }

    /// <summary>Images as a batch <c>[N, C, H, W]</c>.</summary>
    public FloatTensor Read(IReadOnlyList<ImagePlace> places)
    {
        int length = Channels * Height * Width;
        float[] values = new float[places.Count * length];
        for (int i = 0; i < places.Count; i++)
        {
            Read(places[i], values.AsSpan(i * length, length));
        }

        return new FloatTensor(values, places.Count, Channels, Height, Width);
    }

    /// <summary>One image as model input <c>[C, H, W]</c>, as the cloud decodes it from an upload.</summary>
    public void ReadUploaded(ImagePlace place, UploadEncoding upload, Span<float> destination)
    {
        if (upload.Format != UploadFormat.Jpeg)
        {
            Read(place, destination);
            return;
        }

        DecodedImage decoded = _decoder.Value.Decode(ImageEncoder.EncodeJpeg(ReadPixels(place), Height, Width, upload.Quality));
        Frames.Normalize(decoded.Status == ImageStatus.Ready ? decoded.Pixels : throw new DatasetException(decoded.Fault), 1, Height, Width, Channels, _normalization, destination);
    }

    /// <summary>Bytes of an upload of this image.</summary>
    public long UploadBytes(ImagePlace place, UploadEncoding upload) => upload.Format switch
    {
        UploadFormat.Raw => (long)Height * Width * Channels,
        UploadFormat.Png => _encoder.Value.EncodePng(ReadPixels(place), Height, Width).Length,
        _ => ImageEncoder.EncodeJpeg(ReadPixels(place), Height, Width, upload.Quality).Length,
    };

    /// <summary>What tells this data from other data: names, counts, labels and some of the images of each condition.</summary>
    public void AddTo(FingerprintBuilder fingerprint)
    {
        for (int c = 0; c < _sets.Length; c++)
        {
            fingerprint.Add(Names[c]).Add(Count(c)).Add(Height).Add(Width).Add(Channels);
            for (int i = 0; i < Count(c); i++)
            {
                fingerprint.Add(Label(new ImagePlace(c, i)));
            }

            // All images of a large set would take minutes to read before the first is measured.
            for (int sample = 0; sample < 8; sample++)
            {
                fingerprint.Add(ReadPixels(new ImagePlace(c, (int)((long)sample * (Count(c) - 1) / 7))));
            }
        }
    }

    public void Dispose()
    {
        foreach (ILabeledImages set in _sets)
        {
            set.Dispose();
        }

        if (_decoder.IsValueCreated)
        {
            _decoder.Value.Dispose();
        }

        if (_encoder.IsValueCreated)
        {
            _encoder.Value.Dispose();
        }
    }

    private byte[] ReadPixels(ImagePlace place)
    {
        byte[] pixels = new byte[Channels * Height * Width];
        _sets[place.Condition].Read(_order[place.Condition][place.Index], pixels);
        return pixels;
    }
}
