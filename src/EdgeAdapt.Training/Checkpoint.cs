using System.Runtime.InteropServices;
using System.Text.Json;
using EdgeAdapt.Datasets;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Training;

/// <summary>The state of a run between two epochs: parameters, velocities, and what the epochs so far came to.</summary>
/// <param name="Run">Names model, options and data; a run goes on only from a checkpoint of the same.</param>
/// <param name="Parameters">The parameters.</param>
/// <param name="Velocities">The optimizer's.</param>
/// <param name="Epochs">The epochs so far.</param>
internal sealed record Checkpoint(string Run, NetworkParameters Parameters, IReadOnlyList<float[]> Velocities, IReadOnlyList<EpochRecord> Epochs)
{
    private const string FileName = "checkpoint.bin";
    private const string Magic = "EdgeAdapt training checkpoint 1";

    /// <summary>Writes the checkpoint of a folder, in one piece: an interrupt leaves the old one.</summary>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, FileName);
        using (var writer = new BinaryWriter(File.Create(path + ".part")))
        {
            writer.Write(Magic);
            writer.Write(Run);
            writer.Write(JsonSerializer.Serialize(Epochs));
            foreach (LayerParameters layer in Parameters.Layers)
            {
                foreach (float[] values in (float[][])[layer.Scale, layer.Bias, layer.Mean, layer.Variance])
                {
                    Write(writer, values);
                }
            }

            foreach (FloatTensor weight in Parameters.Weights)
            {
                Write(writer, weight.Values);
            }

            writer.Write(Velocities.Count);
            foreach (float[] values in Velocities)
            {
                Write(writer, values);
            }
        }

        File.Move(path + ".part", path, overwrite: true);
    }

    /// <summary>Reads the checkpoint of a folder; null where there is none.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="run">What the checkpoint must name.</param>
    /// <param name="shape">Parameters of the same network, for numbers and shapes.</param>
    /// <exception cref="DatasetException">It belongs to another run, or is damaged.</exception>
    public static Checkpoint? Load(string folder, string run, NetworkParameters shape)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var reader = new BinaryReader(File.OpenRead(path));
            if (reader.ReadString() != Magic)
            {
                throw new DatasetException($"'{path}' is not a checkpoint. Give another folder with --checkpoint.");
            }

            if (reader.ReadString() != run)
            {
                throw new DatasetException($"'{path}' belongs to a run with another model, data or options. Repeat that run's command, or give another folder with --checkpoint.");
            }

            EpochRecord[] epochs = JsonSerializer.Deserialize<EpochRecord[]>(reader.ReadString())!;
            LayerParameters[] layers = [.. shape.Layers.Select(_ => new LayerParameters(Read(reader), Read(reader), Read(reader), Read(reader)))];
            FloatTensor[] weights = [.. shape.Weights.Select(w => new FloatTensor(Read(reader), w.Shape))];
            float[][] velocities = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => Read(reader))];
            return new Checkpoint(run, new NetworkParameters(layers, weights), velocities, epochs);
        }
        catch (Exception e) when (e is EndOfStreamException or JsonException or ArgumentException or FormatException)
        {
            throw new DatasetException($"'{path}' is damaged: {e.Message} Delete it and start again.", e);
        }
    }

    private static void Write(BinaryWriter writer, float[] values)
    {
        writer.Write(values.Length);
        writer.Write(MemoryMarshal.AsBytes<float>(values));
    }

    private static float[] Read(BinaryReader reader)
    {
        int length = reader.ReadInt32();
        byte[] bytes = reader.ReadBytes(checked(length * sizeof(float)));
        return bytes.Length == length * sizeof(float) ? MemoryMarshal.Cast<byte, float>(bytes).ToArray() : throw new EndOfStreamException("it ends too early.");
    }
}
