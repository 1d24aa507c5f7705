namespace EdgeAdapt.Corruptions;

/// <summary>
/// The power of what a corruption adds, by spatial frequency: the discrete Fourier transform of (corrupted − clean)
/// brightness over whole images, averaged over images and over rings of equal frequency.
/// </summary>
internal sealed class ImageSpectrum
{
    private readonly int _height;
    private readonly int _width;
    private readonly float[] _rows;
    private readonly float[] _columns;
    private readonly int[] _ring;
    private readonly double[] _power;

    /// <param name="height">H in pixels.</param>
    /// <param name="width">W in pixels.</param>
    /// <param name="rings">Rings between frequency 0 and half a cycle a pixel; frequency 0 itself is left out.</param>
    public ImageSpectrum(int height, int width, int rings)
    {
        (_height, _width) = (height, width);
        (_rows, _columns) = (Waves(height), Waves(width));
        _power = new double[rings];
        _ring = new int[height * width];
        for (int i = 0; i < _ring.Length; i++)
        {
            double down = Frequency(i / width, height), right = Frequency(i % width, width);
            double radius = Math.Sqrt((down * down) + (right * right));
            _ring[i] = i == 0 ? -1 : (int)Math.Min(radius / 0.5 * rings, rings - 1);
        }
    }

    /// <summary>Power in each ring, summed over the images added.</summary>
    public IReadOnlyList<double> Power => _power;

    /// <summary>Adds one pair of images, uint8 <c>[H, W, channels]</c>.</summary>
    public void Add(ReadOnlySpan<byte> clean, ReadOnlySpan<byte> corrupted, int channels)
    {
        float[] brightness = new float[_height * _width];
        for (int i = 0; i < clean.Length; i++)
        {
            brightness[i / channels] += (corrupted[i] - clean[i]) / (float)channels;
        }

        // Rows by the real transform: cosine part and sine part side by side; then columns.
        float[] across = new float[_height * 2 * _width];
        for (int y = 0; y < _height; y++)
        {
            Span<float> line = across.AsSpan(y * 2 * _width, 2 * _width);
            for (int x = 0; x < _width; x++)
            {
                Rows.Add(_columns.AsSpan(x * 2 * _width, 2 * _width), brightness[(y * _width) + x], line);
            }
        }

        float[] cosine = new float[2 * _width], sine = new float[2 * _width];
        for (int v = 0; v < _height; v++)
        {
            Array.Clear(cosine);
            Array.Clear(sine);
            for (int y = 0; y < _height; y++)
            {
                ReadOnlySpan<float> line = across.AsSpan(y * 2 * _width, 2 * _width);
                Rows.Add(line, _rows[(y * 2 * _height) + v], cosine);
                Rows.Add(line, _rows[(y * 2 * _height) + _height + v], sine);
            }

            for (int u = 0; u < _width; u++)
            {
                double real = cosine[u] - sine[_width + u], imaginary = cosine[_width + u] + sine[u];
                if (_ring[(v * _width) + u] is >= 0 and var ring)
                {
                    _power[ring] += (real * real) + (imaginary * imaginary);
                }
            }
        }
    }

    private static double Frequency(int index, int length) => (index <= length / 2 ? index : index - length) / (double)length;

    // [position][cosine of all frequencies, sine of all frequencies]
    private static float[] Waves(int length)
    {
        float[] waves = new float[2 * length * length];
        for (int at = 0; at < length; at++)
        {
            for (int frequency = 0; frequency < length; frequency++)
            {
                double angle = 2 * Math.PI * ((long)at * frequency % length) / length;
                waves[(at * 2 * length) + frequency] = (float)Math.Cos(angle);
                waves[(at * 2 * length) + length + frequency] = (float)Math.Sin(angle);
            }
        }

        return waves;
    }
}
