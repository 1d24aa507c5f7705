using System.Runtime.ExceptionServices;
using EdgeAdapt.Datasets;
using Microsoft.Win32.SafeHandles;

namespace EdgeAdapt.Corruptions;

/// <summary>
/// Writes images under corruptions in the layout of CIFAR-10-C: <c>NAME.npy</c>, uint8 <c>[S·N, H, W, C]</c>, the N images at each
/// of S severities in turn, with <c>clean.npy</c> and <c>labels.npy</c> of the same length, so that <see cref="CorruptionFolder"/>
/// reads it. A camera drift goes from progress 0 at the file's first image to 1 at its last. Images are streamed to the
/// disk; the bytes depend on images, names, severities and seed alone, not on threads.
/// </summary>
public static class CorruptedSet
{
    private const int Chunk = 32;
    private const string LabelsFile = "labels.npy";

    /// <summary>Calls of the progress argument of <see cref="Write"/>.</summary>
    public static int Steps(int images, CorruptedSetOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return (options.Names.Count + 1) * Chunks(Math.Min(images, options.Limit ?? images) * options.Severities.Count);
    }

    /// <summary>Writes the files; existing ones are replaced, the folder is created.</summary>
    /// <param name="images">The clean images, at least <see cref="Corruption.MinimumSide"/> pixels a side.</param>
    /// <param name="folder">Where to write.</param>
    /// <param name="options">What to write.</param>
    /// <param name="time">The clock, for the seconds reported.</param>
    /// <param name="progress">Called once a chunk, from one thread at a time, with the name of the file.</param>
    /// <param name="cancellation">Stops between images; the file begun stays behind as NAME.npy.part.</param>
    /// <returns>One entry a file, "clean" last.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="DatasetException">The images are too small, or one cannot be read.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static IReadOnlyList<CorruptedFile> Write(
        ILabeledImages images, string folder, CorruptedSetOptions options, TimeProvider time, Action<string> progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(progress);
        options.Validate();
        if (Math.Min(images.Height, images.Width) < Corruption.MinimumSide)
        {
            throw new DatasetException(
                $"The images have {images.Height} x {images.Width} pixels; corruptions need at least {Corruption.MinimumSide} a side. Give larger images.");
        }

        Directory.CreateDirectory(folder);
        int count = Math.Min(images.Count, options.Limit ?? images.Count);
        int[] labels = images.Labels[..count].ToArray();
        var source = new CleanImages(images, count);
        var files = new List<CorruptedFile>();
        foreach (string name in options.Names.Append(CorruptionFolder.Clean))
        {
            try
            {
                files.Add(WriteFile(source, name, Path.Combine(folder, name + ".npy"), options, time, progress, cancellation));
            }
            catch (AggregateException e) when (e.InnerExceptions.FirstOrDefault(f => f is DatasetException or IOException) is { } fault)
            {
                // Several threads may meet damaged images at once; the first is enough to say what to do.
                ExceptionDispatchInfo.Throw(fault);
            }
        }

        long[] repeated = [.. options.Severities.SelectMany(_ => labels).Select(l => (long)l)];
        NpyFile.Write(Path.Combine(folder, LabelsFile), NpyArray.Of(repeated, repeated.Length));
        return files;
    }

    private static CorruptedFile WriteFile(
        CleanImages source, string name, string path, CorruptedSetOptions options, TimeProvider time, Action<string> progress, CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        int total = source.Count * options.Severities.Count;
        long difference = 0;
        string part = path + ".part";
        using (SafeFileHandle file = File.OpenHandle(part, FileMode.Create, FileAccess.Write))
        {
            byte[] header = NpyHeader.ToBytes(NpyElementType.UInt8, [total, source.Height, source.Width, source.Channels]);
            RandomAccess.Write(file, header, 0);
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Threads == 0 ? -1 : options.Threads, CancellationToken = cancellation };
            var one = new Lock();
            Parallel.For(0, Chunks(total), parallel, chunk =>
            {
                int first = chunk * Chunk, count = Math.Min(Chunk, total - first);
                byte[] clean = new byte[source.Length], made = new byte[count * source.Length];
                long sum = 0;
                for (int i = 0; i < count; i++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    source.Read((first + i) % source.Count, clean);
                    Span<byte> image = made.AsSpan(i * source.Length, source.Length);
                    Make(source, name, first + i, total, options, clean, image);
                    sum += Difference(clean, image);
                }

                RandomAccess.Write(file, made, header.Length + ((long)first * source.Length));
                lock (one)
                {
                    difference += sum;
                    progress(name);
                }
            });
        }

        File.Move(part, path, overwrite: true);
        return new CorruptedFile(name, total, difference / ((double)total * source.Length), time.GetElapsedTime(start).TotalSeconds);
    }

    private static void Make(CleanImages source, string name, int at, int total, CorruptedSetOptions options, byte[] clean, Span<byte> result)
    {
        if (CorruptionCatalog.Find(name) is { } corruption)
        {
            corruption.Apply(clean, source.Height, source.Width, options.Severities[at / source.Count], options.Seed, at % source.Count, result);
        }
        else if (CameraDriftCatalog.Find(name) is { } drift)
        {
            drift.Apply(clean, source.Height, source.Width, total == 1 ? 1 : at / (total - 1.0), options.Seed, at, result);
        }
        else
        {
            clean.CopyTo(result);
        }
    }

    private static long Difference(ReadOnlySpan<byte> clean, ReadOnlySpan<byte> made)
    {
        long sum = 0;
        for (int i = 0; i < clean.Length; i++)
        {
            sum += Math.Abs(clean[i] - made[i]);
        }

        return sum;
    }

    private static int Chunks(int images) => (images + Chunk - 1) / Chunk;
}
