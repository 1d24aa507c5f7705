using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Adaptation.Tests;

public sealed class DelayTests
{
    private const int BatchSize = 8;

    private static readonly CemaOptions Options = new()
    {
        Selection = new EntropyFilterOptions { EntropyHighMargin = 1, EntropyLowMargin = null, WarmUpSamples = null },
        CloudBatch = 4, ReplayMinimum = 6, ReplayCapacity = 20, Start = StatisticsStart.Source,
    };

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Infer_WithADelay_AnswersAsTheSourceUntilParametersArrive(int delay)
    {
        NormalizationModel student = Golden.Model("student");
        using var forward = new ForwardSession(student);
        using var method = new CemaAdaptation(student, Golden.Model("teacher"), Options) { Delay = delay };
        FloatTensor[] batches = [.. Golden.Batches(Golden.Samples(), BatchSize)];
        Assert.True(batches.Length > delay + 1);
        for (int i = 0; i < batches.Length; i++)
        {
            float[] answer = method.Infer(batches[i], Golden.Handles(batches[i])).Logits.Values;
            float[] source = forward.Run(batches[i], student.Source).Values;
            Assert.Equal(i <= delay, answer.SequenceEqual(source));
        }
    }

    [Fact]
    public void Infer_DelayBeyondTheStream_UploadsWhatTheSourceWouldAndNeverChanges()
    {
        NormalizationModel student = Golden.Model("student");
        using var source = new SourceModel(student);
        using var method = new CemaAdaptation(student, Golden.Model("teacher"), Options) { Delay = 1000 };
        foreach (FloatTensor batch in Golden.Batches(Golden.Samples(), BatchSize))
        {
            Assert.Equal(source.Infer(batch, []).Logits.Values, method.Infer(batch, Golden.Handles(batch)).Logits.Values);
        }

        Assert.True(method.Steps > 0);
    }

    [Fact]
    public void Delay_Negative_IsRefused()
    {
        using var method = new CemaAdaptation(Golden.Model("student"), Golden.Model("teacher"), Options);
        Assert.Throws<ArgumentOutOfRangeException>(() => method.Delay = -1);
    }
}
