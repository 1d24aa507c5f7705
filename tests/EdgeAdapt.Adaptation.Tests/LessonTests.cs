using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation.Tests;

public sealed class LessonTests
{
    /// <summary>Rows of one class each with probabilities 0.5, 0.9, 0.75 and, not finite, none.</summary>
    private static readonly Lesson Taught = new(
        new FloatTensor([0, 1, 2, 3], 4, 1, 1, 1), new FloatTensor([0, 0, MathF.Log(9), 0, 0, MathF.Log(3), float.NaN, 0], 4, 2));

    [Theory]
    [InlineData(0, new float[] { 0, 1, 2, 3 })]
    [InlineData(0.4, new float[] { 0, 1, 2 })]
    [InlineData(0.7, new float[] { 1, 2 })]
    [InlineData(0.99, new float[] { 1, 2 })]
    public void Confident_Threshold_KeepsTheSureOnesOrTheTwoSurest(double minimum, float[] kept)
    {
        Lesson lesson = Taught.Confident(minimum);
        Assert.Equal(kept, lesson.Images.Values);
        Assert.Equal(kept.Length, lesson.Answers.Count);
    }

    [Fact]
    public void Balanced_OneClassPrevails_TakesOneOfEachInTurn()
    {
        // Classes by row: 0 0 0 0 1 0 2.
        float[][] answers = [[9, 0, 0], [9, 0, 0], [9, 0, 0], [9, 0, 0], [0, 9, 0], [9, 0, 0], [0, 0, 9]];
        var lesson = new Lesson(new FloatTensor([0, 1, 2, 3, 4, 5, 6], 7, 1, 1, 1), FloatTensor.Stack(answers, 3));
        Assert.Equal([0f, 1, 4, 6], lesson.Balanced(4).Images.Values);
        Assert.Equal(7, lesson.Balanced(20).Count);
    }

    [Fact]
    public void Join_TwoLessons_KeepsImagesBesideTheirAnswers()
    {
        Lesson joined = Taught.Confident(0.7).Join(Taught.Confident(0.4));
        Assert.Equal([1f, 2, 0, 1, 2], joined.Images.Values);
        Assert.Equal(MathF.Log(3), joined.Answers.Sample(4)[1]);
    }
}
