using EdgeAdapt.Adaptation;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Evaluation;

/// <summary>Runs one cell and counts.</summary>
internal sealed class CellRunner(ConditionImages images, EvaluationOptions options, string fingerprint, long setBytes, TimeProvider time)
{
    private const int WindowImages = 100;

    /// <summary>Resets the method and shows it the cell's stream.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="method">A method of the cell's name, seed and teacher.</param>
    /// <param name="progress">Called once a batch.</param>
    /// <param name="cancellation">Stops between batches.</param>
    public CellResult Run(EvaluationCell cell, ITestTimeAdaptation method, Action progress, CancellationToken cancellation)
    {
        method.Reset();
        if (method is IDelayedParameters delayed)
        {
            delayed.Delay = cell.Delay;
        }

        var counts = new StreamCounts(images, cell.Upload, cell.Protocol == EvaluationProtocol.Mixed, WindowImages);
        foreach (StreamBatch batch in ImageStream.Of(cell, images, options))
        {
            cancellation.ThrowIfCancellationRequested();
            FloatTensor tensor = images.Read(batch.Images);
            IAdaptationSample[] samples = [.. batch.Images.Select(p => new ImageSample(images, p, cell.Upload))];
            long start = time.GetTimestamp();
            TestTimeResult result = method.Infer(tensor, samples);
            counts.Add(batch, result, time.GetElapsedTime(start), setBytes);
            progress();
        }

        return new CellResult(cell, fingerprint, counts.Tallies, counts.Timeline);
    }
}
