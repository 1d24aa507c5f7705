using System.Runtime.InteropServices;
using EdgeAdapt.Datasets;
using EdgeAdapt.Demo.Statistics;
using EdgeAdapt.Imaging;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Demo.Streams;

/// <summary>Answers every frame of the streams with the model as it came: what a device without adaptation would answer.</summary>
internal static partial class SourceScorer
{
    private const int BatchSize = 32;
    private const int LowPriority = 10;

    /// <summary>
    /// Scores all streams on a thread of its own at low priority, so that the processes under test keep the machine.
    /// Streams take turns, so that the comparison of all agents runs ahead of them alike.
    /// </summary>
    /// <param name="model">The edge model.</param>
    /// <param name="manifest">How frames become its input.</param>
    /// <param name="streams">The streams.</param>
    /// <param name="records">Receive the answers, one record a stream.</param>
    /// <param name="cancellation">Ends the scoring early.</param>
    /// <returns>Completes when every frame is answered.</returns>
    public static Task RunAsync(
        OnnxModel model, ModelManifest manifest, IReadOnlyList<DriftStream> streams, IReadOnlyList<AgentRecord> records, CancellationToken cancellation)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                _ = SetPriority(0, 0, LowPriority);
                Score(model, manifest, streams, records, cancellation);
                done.SetResult();
            }
            catch (OperationCanceledException)
            {
                done.SetCanceled(cancellation);
            }
            catch (Exception e)
            {
                // Handed to whoever awaits the scoring; on this thread it would end the process and leave its children behind.
                done.SetException(e);
            }
        })
        { IsBackground = true, Name = "unadapted model" };
        thread.Start();
        return done.Task;
    }

    private static void Score(
        OnnxModel model, ModelManifest manifest, IReadOnlyList<DriftStream> streams, IReadOnlyList<AgentRecord> records, CancellationToken cancellation)
    {
        var signature = ClassifierSignature.Of(model);
        using var session = new ModelSession(model.ToBytes(), new SessionSettings { Threads = 1 });
        using var preprocessor = new ImagePreprocessor(manifest);
        NpyFrameReader[] readers = [.. streams.Select(s => NpyFrameReader.Open(s.File))];
        try
        {
            int batch = signature.FixedBatch > 0 ? signature.FixedBatch : BatchSize;
            for (int first = 0; first < readers[0].Count; first += batch)
            {
                for (int s = 0; s < readers.Length; s++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    records[s].AddSource(Classify(session, signature, preprocessor, readers[s], first, batch));
                }
            }
        }
        finally
        {
            Array.ForEach(readers, r => r.Dispose());
        }
    }

    private static int[] Classify(
        ModelSession session, ClassifierSignature signature, ImagePreprocessor preprocessor, NpyFrameReader reader, int first, int batch)
    {
        int count = (int)Math.Min(batch, reader.Count - first);
        ModelManifest manifest = preprocessor.Manifest;

        // A model of fixed batch size gets the last, shorter batch filled up with zeros.
        float[] values = new float[(signature.FixedBatch > 0 ? batch : count) * preprocessor.SampleLength];
        for (int i = 0; i < count; i++)
        {
            float[] sample = preprocessor.PreprocessPixels(reader.ReadFrame(first + i), reader.Height, reader.Width, reader.Channels);
            sample.CopyTo(values, i * preprocessor.SampleLength);
        }

        var input = new FloatTensor(values, values.Length / preprocessor.SampleLength, 3, manifest.Height, manifest.Width);
        FloatTensor logits = session.Run(new Dictionary<string, FloatTensor> { [signature.InputName] = input }, [signature.OutputName])[0];
        return [.. Enumerable.Range(0, count).Select(i => ArgMax(logits.Sample(i)))];
    }

    private static int ArgMax(ReadOnlySpan<float> values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
        {
            best = values[i] > values[best] ? i : best;
        }

        return best;
    }

    // On Linux the priority belongs to the thread that asks; elsewhere the call fails and the thread keeps its own.
    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
