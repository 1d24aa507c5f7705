using System.Diagnostics;
using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Outbox;

namespace EdgeAdapt.Edge.Core.Tests.Outbox;

/// <summary>The programs that <see cref="OutboxKillTests"/> kills and <see cref="OutboxFailureTests"/> starves: this test assembly, started with a first argument of its own.</summary>
internal static class OutboxWriter
{
    private const string FillVerb = "fill-outbox";
    private const string SmallDiskVerb = "small-disk";

    /// <summary>Room for about a dozen samples, so that nearly every new one drives out another.</summary>
    public static OutboxOptions Options { get; } = new() { MaximumBytes = 200_000 };

    /// <summary>Sample sizes vary from less than a disk block to several.</summary>
    public static int LengthOf(int number) => 100 + ((number * 7919) % 30_000);

    public static Process Start(string folder, string graveyard, int first) => Start("dotnet", [typeof(OutboxWriter).Assembly.Location, FillVerb, folder, graveyard, $"{first}"]);

    /// <summary>Fills a file system of 256 KiB, makes room, and makes it read-only; returns what became of each sample.</summary>
    public static async Task<string> RunOnSmallDiskAsync(string folder)
    {
        string script = "mount -t tmpfs -o size=256k none \"$0\" && exec dotnet \"$1\" \"$2\" \"$0\"";
        using Process process = Start("unshare", ["-rm", "sh", "-c", script, folder, typeof(OutboxWriter).Assembly.Location, SmallDiskVerb]);
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }

    /// <summary>The entry point of the test assembly; the test runner does not use it.</summary>
    public static int Main(string[] args)
    {
        if (args is [Rollout.SetWriter.Verb, var state, var first])
        {
            return Rollout.SetWriter.Run(state, long.Parse(first, null));
        }

        if (args is [Answering.ReadOnlyAgent.Verb, var disk])
        {
            return Answering.ReadOnlyAgent.Run(disk).GetAwaiter().GetResult();
        }

        using Stream output = Console.OpenStandardOutput();
        return args switch
        {
            [FillVerb, var folder, var graveyard, var start] => Fill(folder, graveyard, int.Parse(start, null), output),
            [SmallDiskVerb, var folder] => UseSmallDisk(folder, output),
            _ => 2,
        };
    }

    private static Process Start(string program, string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;

    private static int Fill(string folder, string graveyard, int first, Stream output)
    {
        SampleOutbox outbox = SampleOutbox.Open(folder, Options, TimeProvider.System, new ListLogger());
        Dictionary<string, int> numbers = [];
        HashSet<string> seen = [];
        while (outbox.Best(e => seen.Add(e.Id)) is { } entry)
        {
            numbers[entry.Id] = BitConverter.ToInt32(outbox.Read(entry)!.Content.Span);
        }

        var random = new Random(first);
        for (int number = first; ; number++)
        {
            SampleUpload sample = Samples.Create(number, LengthOf(number));
            var merit = new SampleMerit(random.NextDouble(), null);
            numbers[sample.Id] = number;
            int[] victims = [.. (outbox.VictimsOf(sample, merit) ?? []).Select(v => numbers[v.Id])];
            Say(output, $"storing {number}.");
            SayEach(output, "evicting", victims);
            AddOutcome outcome = outbox.Add(sample, merit);
            if (outcome is not (AddOutcome.Stored or AddOutcome.LessValuable))
            {
                return 1;
            }

            Say(output, $"{(outcome == AddOutcome.Stored ? "stored" : "dropped")} {number}.");
            SayEach(output, "evicted", victims);
            if (number % 3 == 0 && outbox.Best(_ => true) is { } best)
            {
                // What a power cut brings back: the deletion of a file is not forced to the disk.
                string file = Directory.EnumerateFiles(folder, $"*-{best.Id}.sample").Single();
                File.Copy(file, Path.Combine(graveyard, Path.GetFileName(file)));
                Say(output, $"acknowledging {numbers[best.Id]}.");
                outbox.Acknowledge([best.Id]);
                Say(output, $"acknowledged {numbers[best.Id]}.");
            }
        }
    }

    private static int UseSmallDisk(string folder, Stream output)
    {
        SampleOutbox outbox = SampleOutbox.Open(folder, new OutboxOptions(), TimeProvider.System, new ListLogger());
        for (int i = 0; i < 40; i++)
        {
            Say(output, $"full {outbox.Add(Samples.Create(i, 20_000))}");
        }

        int count = outbox.Count;
        Say(output, $"acknowledged {outbox.Acknowledge([outbox.Best(_ => true)!.Value.Id])}");
        Say(output, $"room {outbox.Add(Samples.Create(100, 18_000))}");
        using (Process remount = Process.Start("mount", ["-o", "remount,ro", folder]))
        {
            remount.WaitForExit();
        }

        Say(output, $"read-only {outbox.Add(Samples.Create(101, 100))}");
        SampleOutbox again = SampleOutbox.Open(folder, new OutboxOptions(), TimeProvider.System, new ListLogger());
        HashSet<string> seen = [];
        int whole = 0;
        while (again.Best(e => seen.Add(e.Id)) is { } entry)
        {
            whole += again.Read(entry) is null ? 0 : 1;
        }

        Say(output, $"whole {whole}");
        return whole == count ? 0 : 1;
    }

    private static void SayEach(Stream output, string word, int[] numbers)
    {
        foreach (int number in numbers)
        {
            Say(output, $"{word} {number}.");
        }
    }

    private static void Say(Stream output, string line) => output.Write([.. System.Text.Encoding.ASCII.GetBytes(line), (byte)'\n']);
}
