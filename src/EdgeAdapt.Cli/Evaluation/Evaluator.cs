using EdgeAdapt.Adaptation;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Cli.Evaluation;

/// <summary>Runs one method over all corruptions and counts.</summary>
internal static class Evaluator
{
    /// <summary>One row a corruption, in the folder's order.</summary>
    /// <param name="name">The method's name.</param>
    /// <param name="method">The method; its sessions serve all corruptions, only its state is reset.</param>
    /// <param name="stream">The images.</param>
    /// <param name="protocol">What happens between corruptions.</param>
    /// <param name="time">Measures.</param>
    /// <param name="progress">Called once a batch with what is being done.</param>
    /// <param name="cancellation">Stops between batches.</param>
    public static IReadOnlyList<EvaluationRow> Run(
        string name, ITestTimeAdaptation method, CorruptionStream stream, EvaluationProtocol protocol, TimeProvider time,
        Action<string> progress, CancellationToken cancellation)
    {
        var rows = new List<EvaluationRow>();
        method.Reset();
        foreach (string corruption in stream.Folder.Corruptions)
        {
            if (protocol == EvaluationProtocol.Reset)
            {
                method.Reset();
            }

            rows.Add(Run(name, method, corruption, stream, time, progress, cancellation));
        }

        return rows;
    }

    private static EvaluationRow Run(
        string name, ITestTimeAdaptation method, string corruption, CorruptionStream stream, TimeProvider time,
        Action<string> progress, CancellationToken cancellation)
    {
        int correct = 0, uploaded = 0;
        long bytesUp = 0, bytesDown = 0;
        TimeSpan busy = TimeSpan.Zero;
        for (int i = 0; i < stream.BatchesPerCorruption; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            (FloatTensor images, IReadOnlyList<IAdaptationSample> samples, IReadOnlyList<int> labels) = stream.Batch(corruption, i);
            long start = time.GetTimestamp();
            TestTimeResult result = method.Infer(images, samples);
            busy += time.GetElapsedTime(start);
            for (int row = 0; row < labels.Count; row++)
            {
                // An answer of NaN is no answer: its first class must not count as a hit.
                ReadOnlySpan<float> logits = result.Logits.Sample(row);
                correct += !float.IsNaN(Logits.Entropy(logits)) && Logits.ArgMax(logits) == labels[row] ? 1 : 0;
            }

            uploaded += result.Uploaded.Count;
            bytesUp += ((long)result.Uploaded.Count * images.SampleLength) + result.StatisticsBytesUp;
            bytesDown += result.ParameterBytesDown;
            progress($"{name}, {corruption}");
        }

        return new EvaluationRow(
            name, corruption, (double)correct / stream.Images, (double)uploaded / stream.Images, bytesUp, bytesDown, Math.Round(busy.TotalSeconds, 3));
    }
}
