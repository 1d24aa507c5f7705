using System.Security.Cryptography;
using System.Text;
using EdgeAdapt.Datasets;
using EdgeAdapt.Gradients.Weights;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Training;

/// <summary>Trains a classifier on labelled images and measures it on others after every epoch. Equal seeds give equal bytes.</summary>
public sealed class Trainer
{
    private const int MeasuredAtOnce = 128;
    private const float SmallScale = 0.01f;
    private readonly NormalizationModel _model;
    private readonly NetworkParameters _start;
    private readonly ImageStore _training;
    private readonly ImageStore _test;
    private readonly TrainingOptions _options;
    private readonly IReadOnlyList<TrainableWeight> _weights;
    private readonly bool[][]? _chosen;

    /// <summary>Prepares a run.</summary>
    /// <param name="model">The network.</param>
    /// <param name="start">Its parameters at the start.</param>
    /// <param name="training">Images to learn from, at least one batch.</param>
    /// <param name="test">Held-out images.</param>
    /// <param name="options">What to do.</param>
    /// <exception cref="ArgumentException">The options have faults.</exception>
    /// <exception cref="DatasetException">The images do not fit the model, or there are too few.</exception>
    public Trainer(NormalizationModel model, NetworkParameters start, ImageStore training, ImageStore test, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(test);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (training.Count < options.Batch)
        {
            throw new DatasetException($"There are {training.Count} training images and a batch has {options.Batch}. Give more images or a smaller --batch.");
        }

        if (!training.Shape.SequenceEqual(test.Shape))
        {
            throw new DatasetException($"Training images are [{string.Join(", ", training.Shape)}] and held-out ones [{string.Join(", ", test.Shape)}]; give images of one size.");
        }

        ClassifierSignature signature = model.Signature;
        int[] size = [signature.Channels, signature.Height, signature.Width];
        if (!size.SequenceEqual(training.Shape))
        {
            throw new DatasetException($"The images are [{string.Join(", ", training.Shape)}] and the model takes [{string.Join(", ", size)}]. Resize the images, or give a model for this size.");
        }

        if (signature.FixedBatch > 0)
        {
            throw new DatasetException($"The model takes batches of {signature.FixedBatch} images only. Export it with an open batch size (PyTorch: dynamic_axes={{'input': {{0: 'batch'}}}}).");
        }

        (_model, _start, _training, _test, _options) = (model, start, training, test, options);
        _weights = TrainableWeights.Find(model);
        LayerParameterCount = start.Layers.Sum(l => l.Scale.Length + l.Bias.Length);
        _chosen = options.Part == TrainedPart.Random ? RandomChoice.Of(start.Weights, LayerParameterCount, options.Seed) : null;
    }

    /// <summary>Steps of an epoch.</summary>
    public int StepsPerEpoch => _training.Count / _options.Batch;

    /// <summary>Values in γ and β of all layers.</summary>
    public int LayerParameterCount { get; }

    /// <summary>Trains.</summary>
    /// <param name="checkpoint">A folder that keeps the state after every epoch, or null.</param>
    /// <param name="resume">Whether to go on from that folder's checkpoint, where there is one.</param>
    /// <param name="progress">Called after every step with a word on how it goes.</param>
    /// <param name="cancellation">Ends the run between two steps; the last checkpoint stays.</param>
    /// <returns>The parameters at the end and the log.</returns>
    /// <exception cref="DatasetException">The loss is no longer a number, or the checkpoint does not fit.</exception>
    public (NetworkParameters Parameters, TrainingLog Log) Run(
        string? checkpoint = null, bool resume = false, Action<string>? progress = null, CancellationToken cancellation = default)
    {
        var optimizer = new SgdOptimizer(_options.Momentum);
        NetworkParameters parameters = _start;
        var epochs = new List<EpochRecord>();
        string run = Fingerprint();
        if (resume && checkpoint is not null && Checkpoint.Load(checkpoint, run, _start) is { } saved)
        {
            parameters = saved.Parameters;
            optimizer.Restore(saved.Velocities);
            epochs.AddRange(saved.Epochs);
        }

        IReadOnlyList<string> trained = _options.Part == TrainedPart.Normalization ? [] : [.. _weights.Select(w => w.Name)];
        using var session = new LabelTrainingSession(Frozen(), trained, new SessionSettings { Threads = _options.Threads });
        if (_training.Classes > session.Classes)
        {
            throw new DatasetException($"The images have {_training.Classes} classes and the model {session.Classes}. Give a model with as many classes.");
        }

        for (int epoch = epochs.Count; epoch < _options.Epochs; epoch++)
        {
            var random = new Random(unchecked((_options.Seed * 1_000_003) + epoch));
            int[] order = [.. Enumerable.Range(0, _training.Count)];
            random.Shuffle(order);
            double loss = 0;
            int right = 0;
            for (int step = 0; step < StepsPerEpoch; step++)
            {
                cancellation.ThrowIfCancellationRequested();
                Span<int> indices = order.AsSpan(step * _options.Batch, _options.Batch);
                int[] labels = _training.Labels(indices);
                LabelTrainingResult result = session.Run(
                    _training.Batch(indices, _options, random), labels, parameters.Layers, trained.Count == 0 ? [] : parameters.Weights);
                if (!float.IsFinite(result.Loss))
                {
                    throw new DatasetException($"The loss is {result.Loss} in epoch {epoch + 1}, step {step + 1}: training diverged. Give a smaller --lr.");
                }

                loss += result.Loss;
                right += Predictions.Right(result.Logits, labels);
                parameters = Update(parameters, result, optimizer, session, Rate(epoch, step));
                progress?.Invoke($"epoch {epoch + 1} of {_options.Epochs}, loss {result.Loss:0.000}");
            }

            (double testLoss, double testAccuracy) = Measure(parameters);
            epochs.Add(new EpochRecord(
                epoch + 1, Rate(epoch, StepsPerEpoch - 1), loss / StepsPerEpoch, (double)right / (StepsPerEpoch * _options.Batch), testLoss, testAccuracy));
            if (checkpoint is not null)
            {
                new Checkpoint(run, parameters, optimizer.Velocities, epochs).Save(checkpoint);
            }
        }

        return (parameters, Log(parameters, epochs));
    }

    private NormalizationModel Frozen() => NormalizationModel.Of(_start.ApplyTo(_model));

    private double Rate(int epoch, int step) => _options.RateAt((epoch * StepsPerEpoch) + step, _options.Epochs * StepsPerEpoch);

    private NetworkParameters Update(NetworkParameters parameters, LabelTrainingResult result, SgdOptimizer optimizer, LabelTrainingSession session, double rate)
    {
        bool layersTrained = _options.Part != TrainedPart.Random;
        var layers = new LayerParameters[parameters.Layers.Count];
        for (int i = 0; i < layers.Length; i++)
        {
            LayerParameters old = parameters.Layers[i];
            float[] scale = layersTrained ? optimizer.Step(2 * i, old.Scale, result.Gradients[i].Scale, rate, 0, null) : old.Scale;
            float[] bias = layersTrained ? optimizer.Step((2 * i) + 1, old.Bias, result.Gradients[i].Bias, rate, 0, null) : old.Bias;
            layers[i] = RunningStatistics.Update(old with { Scale = scale, Bias = bias }, result.BatchStatistics[i],
                session.LayerPositions[i] * _options.Batch, _options.StatisticsMomentum);
        }

        if (_options.Part == TrainedPart.Normalization)
        {
            return parameters with { Layers = layers };
        }

        FloatTensor[] weights =
        [
            .. parameters.Weights.Select((w, i) => new FloatTensor(
                optimizer.Step((2 * layers.Length) + i, w.Values, result.WeightGradients[i].Values, rate, _weights[i].IsBias ? 0 : _options.WeightDecay, _chosen?[i]),
                w.Shape)),
        ];
        return new NetworkParameters(layers, weights);
    }

    private (double Loss, double Accuracy) Measure(NetworkParameters parameters)
    {
        ClassifierSignature signature = _model.Signature;
        using var session = new ModelSession(parameters.ApplyTo(_model).Proto, new SessionSettings { Threads = _options.Threads });
        double loss = 0;
        int right = 0;
        int[] all = [.. Enumerable.Range(0, _test.Count)];
        for (int first = 0; first < all.Length; first += MeasuredAtOnce)
        {
            Span<int> indices = all.AsSpan(first, Math.Min(MeasuredAtOnce, all.Length - first));
            FloatTensor logits = session.Run(
                new Dictionary<string, FloatTensor> { [signature.InputName] = _test.Batch(indices, _options, null) }, [signature.OutputName])[0];
            int[] labels = _test.Labels(indices);
            loss += Predictions.CrossEntropy(logits, labels);
            right += Predictions.Right(logits, labels);
        }

        return (loss / all.Length, (double)right / all.Length);
    }

    private TrainingLog Log(NetworkParameters parameters, IReadOnlyList<EpochRecord> epochs)
    {
        int weights = parameters.Weights.Sum(w => w.Values.Length);
        float[] scales = [.. parameters.Layers.SelectMany(l => l.Scale)];
        int trained = _options.Part switch
        {
            TrainedPart.Normalization => LayerParameterCount,
            TrainedPart.All => LayerParameterCount + weights,
            _ => _chosen!.Sum(c => c.Count(v => v)),
        };
        return new TrainingLog(
            _options, LayerParameterCount + weights, trained, epochs, (double)scales.Count(s => Math.Abs(s) < SmallScale) / scales.Length, scales);
    }

    private string Fingerprint()
    {
        byte[] start = SHA256.HashData(_start.ApplyTo(_model).ToBytes());
        return $"{Convert.ToHexStringLower(start)} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_options.ToString())))} {_training.Fingerprint} {_test.Fingerprint}";
    }
}
