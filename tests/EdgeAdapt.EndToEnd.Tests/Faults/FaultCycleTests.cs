using System.Globalization;
using Xunit.Abstractions;

namespace EdgeAdapt.EndToEnd.Tests.Faults;

/// <summary>
/// Edge, broker and cloud service are killed, cut off from each other and robbed of what was not yet on the disk, again and again; every so often the edge
/// is let drain, and each sample that its outbox had accepted must have been stored by the cloud once, or given up by the outbox for a better one and
/// counted. EDGEADAPT_FAULT_CYCLES sets how often, EDGEADAPT_FAULT_SEED the order of things, EDGEADAPT_FAULT_LOG a file for the progress.
/// </summary>
public sealed class FaultCycleTests(ITestOutputHelper output)
{
    private const int FewCycles = 21;
    private const int DefaultSeed = 20260101;
    private const int CyclesBetweenChecks = 25;
    private static readonly FaultKind[] Kinds = Enum.GetValues<FaultKind>();

    [BrokerFact]
    public async Task Outbox_EverythingFailsAtRandom_EachAcceptedSampleIsStoredOnceOrCountedAsGivenUp()
    {
        int cycles = FuzzCount.Of("EDGEADAPT_FAULT_CYCLES", FewCycles);
        int seed = FuzzCount.Of("EDGEADAPT_FAULT_SEED", DefaultSeed);
        var order = new Random(seed);
        int[] counts = new int[Kinds.Length];
        string folder = Directory.CreateTempSubdirectory("edgeadapt-faults-").FullName;
        long start = TimeProvider.System.GetTimestamp();
        await using (FaultRig rig = await FaultRig.StartAsync(folder, seed))
        {
            var last = new List<FaultKind>();
            for (int cycle = 1; cycle <= cycles; cycle++)
            {
                // Each kind once in every seven cycles, in an order of its own each time.
                if (last.Count % Kinds.Length == 0)
                {
                    last.AddRange(Shuffled(order));
                }

                FaultKind kind = last[cycle - 1];
                counts[(int)kind]++;
                string where = $"Cycle {cycle} of {cycles} ({kind}), seed {seed}, files in {folder}.";
                await Because(where, () => rig.SufferAsync(kind));
                if (cycle % CyclesBetweenChecks == 0 || cycle == cycles)
                {
                    await Because(where, () => CheckAsync(rig));
                    Report(rig, cycle, cycles, counts, TimeProvider.System.GetElapsedTime(start));
                    rig.Resume();
                }
            }

            // A sample that was on its way twice may still wait in the broker; what is sent now comes behind it.
            await Because("After the last cycle.", () => CheckAsync(rig));

            Assert.True(rig.Tally.Stored > cycles, $"Only {rig.Tally.Stored} samples came through: these cycles tested nothing. {folder}");
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task CheckAsync(FaultRig rig)
    {
        IReadOnlyList<string> faults = await rig.DrainAsync();
        Assert.True(faults.Count == 0, string.Join('\n', faults.Take(20)));
    }

    private static FaultKind[] Shuffled(Random order)
    {
        FaultKind[] kinds = [.. Kinds];
        order.Shuffle(kinds);
        return kinds;
    }

    private static async Task Because(string where, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception e) when (e is Xunit.Sdk.XunitException or InvalidOperationException or TimeoutException or IOException)
        {
            throw new InvalidOperationException($"{where} {e.Message}", e);
        }
    }

    private void Report(FaultRig rig, int cycle, int cycles, int[] counts, TimeSpan elapsed)
    {
        SampleTally tally = rig.Tally;
        StoreLedger ledger = rig.Ledger;
        string kinds = string.Join(", ", Kinds.Select(k => $"{k} {counts[(int)k]}"));
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{cycle} of {cycles} cycles in {elapsed.TotalMinutes:0.0} min, {(elapsed / cycle * (cycles - cycle)).TotalMinutes:0.0} min left: {tally.Accepted} accepted, {tally.Stored} of them stored, {tally.Evicted} given up, {tally.Lost} lost, {ledger.Stored.Values.Count(n => n > 1)} stored twice; {tally.Declined} declined, {ledger.Stored.Values.Sum()} store operations, {ledger.Deleted} deleted since. {kinds}");
        output.WriteLine(line);
        if (Environment.GetEnvironmentVariable("EDGEADAPT_FAULT_LOG") is { Length: > 0 } file)
        {
            File.AppendAllText(file, line + "\n");
        }
    }
}
