namespace EdgeAdapt.Onnx.Sessions;

/// <summary>A dense float32 tensor, row-major. The array is shared, not copied; whoever passes it on stops writing to it.</summary>
public sealed class FloatTensor
{
    /// <summary>Wraps an array.</summary>
    /// <param name="values">Values, row-major; their number is the product of <paramref name="shape"/>.</param>
    /// <param name="shape">Dimensions; none makes a scalar.</param>
    /// <exception cref="ArgumentException">The array's length is not the product of the dimensions.</exception>
    public FloatTensor(float[] values, params long[] shape)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Aggregate(1L, (a, b) => a * b) != values.Length)
        {
            throw new ArgumentException($"{values.Length} values do not fill the shape [{string.Join(", ", shape)}].", nameof(values));
        }

        Values = values;
        Shape = shape;
    }

    /// <summary>The values, row-major.</summary>
    public float[] Values { get; }

    /// <summary>The dimensions.</summary>
    public long[] Shape { get; }

    /// <summary>The first dimension: samples in a batch.</summary>
    public int Count => (int)Shape[0];

    /// <summary>Values in one sample: the product of all dimensions but the first.</summary>
    public int SampleLength => Count == 0 ? 0 : Values.Length / Count;

    /// <summary>One sample of a batch, without copying.</summary>
    public Span<float> Sample(int index) => Values.AsSpan(index * SampleLength, SampleLength);

    /// <summary>Wraps a scalar.</summary>
    public static FloatTensor Scalar(float value) => new([value]);

    /// <summary>Copies the given samples into a new batch, in the order given.</summary>
    public FloatTensor Select(IReadOnlyList<int> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        float[] values = new float[samples.Count * SampleLength];
        for (int i = 0; i < samples.Count; i++)
        {
            Sample(samples[i]).CopyTo(values.AsSpan(i * SampleLength));
        }

        return new FloatTensor(values, [samples.Count, .. Shape[1..]]);
    }

    /// <summary>Puts samples of one shape together to a batch <c>[N, …]</c>.</summary>
    /// <exception cref="ArgumentException">There is no sample, or one has another length.</exception>
    public static FloatTensor Stack(IReadOnlyList<float[]> samples, params long[] sampleShape)
    {
        ArgumentNullException.ThrowIfNull(samples);
        int length = (int)sampleShape.Aggregate(1L, (a, b) => a * b);
        float[] values = new float[samples.Count * length];
        for (int i = 0; i < samples.Count; i++)
        {
            if (samples[i].Length != length)
            {
                throw new ArgumentException($"Sample {i} has {samples[i].Length} values, not {length}.", nameof(samples));
            }

            samples[i].CopyTo(values, i * length);
        }

        return new FloatTensor(values, [samples.Count, .. sampleShape]);
    }
}
