using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation;

/// <summary>Images and what the student is to answer them.</summary>
/// <param name="Images"><c>[N, C, H, W]</c>.</param>
/// <param name="Answers">Logits <c>[N, K]</c>.</param>
internal sealed record Lesson(FloatTensor Images, FloatTensor Answers)
{
    /// <summary>A step needs two: one sample has no batch statistics.</summary>
    private const int Fewest = 2;

    public int Count => Images.Count;

    public Lesson Join(Lesson other) => new(Join(Images, other.Images), Join(Answers, other.Answers));

    /// <summary>The samples whose answer is sure enough, in order; where fewer than two are, the two surest. An answer that is not finite is sure of nothing.</summary>
    /// <param name="minimum">Probability of the likeliest class, from 0 and below 1; 0 keeps all.</param>
    public Lesson Confident(double minimum)
    {
        if (minimum == 0 || Count <= Fewest)
        {
            return this;
        }

        float[] confidences = [.. Enumerable.Range(0, Count).Select(Confidence)];
        int[] sure = [.. Enumerable.Range(0, Count).Where(i => confidences[i] >= minimum)];
        return Select(sure.Length >= Fewest ? sure : [.. Enumerable.Range(0, Count).OrderByDescending(i => confidences[i]).Take(Fewest).Order()]);
    }

    /// <summary>As many samples as asked for, one of each answered class in turn as long as the classes last, the first of each class first.</summary>
    public Lesson Balanced(int count) => Select([.. Enumerable.Range(0, Count)
        .GroupBy(i => Logits.ArgMax(Answers.Sample(i)))
        .SelectMany(ofClass => ofClass.Select((row, turn) => (Row: row, Turn: turn)))
        .OrderBy(place => place.Turn).ThenBy(place => place.Row)
        .Take(count).Select(place => place.Row).Order()]);

    private float Confidence(int row)
    {
        float[] probabilities = new float[Answers.SampleLength];
        Logits.Softmax(Answers.Sample(row), probabilities);
        float largest = probabilities[Logits.ArgMax(Answers.Sample(row))];
        return float.IsFinite(largest) ? largest : 0;
    }

    private Lesson Select(int[] rows) => new(Images.Select(rows), Answers.Select(rows));

    private static FloatTensor Join(FloatTensor first, FloatTensor second) =>
        new([.. first.Values, .. second.Values], [first.Count + second.Count, .. first.Shape[1..]]);
}
