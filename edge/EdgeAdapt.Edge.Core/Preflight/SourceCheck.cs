using EdgeAdapt.Edge.Core.Answering;
using EdgeAdapt.Edge.Core.Frames;
using EdgeAdapt.Edge.Core.Inference;
using EdgeAdapt.Edge.Core.Reporting;
using EdgeAdapt.Imaging;
using EdgeAdapt.Onnx;

namespace EdgeAdapt.Edge.Core.Preflight;

/// <summary>Takes the first frames of the source and answers one.</summary>
internal static class SourceCheck
{
    private const string Name = "source";
    private const int Tries = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static async Task<IReadOnlyList<CheckFinding>> RunAsync(EdgeAgentOptions options, ModelCheck model, TimeProvider time, CancellationToken cancellationToken)
    {
        if (options.Input.ImageTopic is { } topic)
        {
            return [CheckFinding.Ok(Name, $"pictures published on {topic}")];
        }

        if (options.Source == FrameInputOptions.StandardInput)
        {
            return [CheckFinding.Ok(Name, "standard input; not read here, since what is read would be lost to the agent")];
        }

        if (!File.Exists(options.Source) && !Directory.Exists(options.Source))
        {
            return options is { TakesRequests: true, Source.Length: 0 } ? [CheckFinding.Ok(Name, "none; requests alone are answered")] : [];
        }

        try
        {
            using IFrameSource source = AgentParts.OpenSource(options, new AgentCounters(), time);
            using var patience = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            try
            {
                return [await TakeAsync(source, model, time, either.Token).ConfigureAwait(false)];
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return [CheckFinding.Warn(Name, $"{source.Description} holds no picture yet. Put a .jpg or .png file there to see whether it can be read.")];
            }
        }
        catch (Exception e) when (e is FrameSourceException or IOException or UnauthorizedAccessException)
        {
            return [CheckFinding.Fail(Name, e.Message)];
        }
    }

    private static async Task<CheckFinding> TakeAsync(IFrameSource source, ModelCheck model, TimeProvider time, CancellationToken cancellationToken)
    {
        if (model.Manifest is null)
        {
            return CheckFinding.Ok(Name, $"{source.Description}; not decoded, since there is no model to decode for");
        }

        using var decoder = new FrameDecoder(model.Manifest);
        string fault = "no frame";
        int taken = 0;
        await foreach (Frame frame in source.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            PreprocessedImage image = decoder.Decode(frame);
            if (image.IsReady)
            {
                return Answer(source, frame, image, decoder.ImageShape, model.Active, time);
            }

            fault = $"{frame.Name}: {image.Fault}";
            if (++taken == Tries)
            {
                break;
            }
        }

        return CheckFinding.Fail(Name, $"{source.Description}: none of the first {Math.Max(taken, 1)} frames can be used ({fault}). Check --source.");
    }

    private static CheckFinding Answer(IFrameSource source, Frame frame, PreprocessedImage image, IReadOnlyList<int> shape, ActiveModel? active, TimeProvider time)
    {
        if (active is null)
        {
            return CheckFinding.Ok(Name, $"{source.Description}; {frame.Name} decodes");
        }

        try
        {
            using ModelLease lease = active.Acquire();
            long start = time.GetTimestamp();
            bool finite = lease.Run(new Onnx.Sessions.FloatTensor(image.Values, 1, shape[0], shape[1], shape[2])).Values.All(float.IsFinite);
            double milliseconds = time.GetElapsedTime(start).TotalMilliseconds;
            return finite
                ? CheckFinding.Ok(Name, $"{source.Description}; {frame.Name} decodes and is answered in {milliseconds:0.0} ms")
                : CheckFinding.Fail(Name, $"The model answers {frame.Name} with numbers that are not finite. Check the picture, and mean and deviation.");
        }
        catch (OnnxModelException e)
        {
            return CheckFinding.Fail(Name, e.Message);
        }
    }
}
