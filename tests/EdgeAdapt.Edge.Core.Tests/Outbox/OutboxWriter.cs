using System.Diagnostics;
using EdgeAdapt.Edge.Core.Outbox;

namespace EdgeAdapt.Edge.Core.Tests.Outbox;

/// <summary>The program that <see cref="OutboxKillTests"/> kills: this test assembly, started with a first argument of its own.</summary>
internal static class OutboxWriter
{
    private const string Verb = "fill-outbox";

    /// <summary>Sample sizes vary from less than a disk block to several.</summary>
    public static int LengthOf(int number) => 100 + ((number * 7919) % 30_000);

    public static Process Start(string folder, int first) => Process.Start(new ProcessStartInfo("dotnet", [typeof(OutboxWriter).Assembly.Location, Verb, folder, $"{first}"])
    {
        RedirectStandardOutput = true,
    })!;

    /// <summary>The entry point of the test assembly; the test runner does not use it.</summary>
    public static int Main(string[] args)
    {
        if (args is [Rollout.SetWriter.Verb, var state, var first])
        {
            return Rollout.SetWriter.Run(state, long.Parse(first, null));
        }

        if (args is not [Verb, var folder, var start])
        {
            return 2;
        }

        SampleOutbox outbox = SampleOutbox.Open(folder, new OutboxOptions(), new ListLogger());
        using Stream output = Console.OpenStandardOutput();
        for (int number = int.Parse(start, null); ; number++)
        {
            Say(output, $"storing {number}.");
            if (outbox.Add(Samples.Create(number, LengthOf(number))) != AddOutcome.Stored)
            {
                return 1;
            }

            Say(output, $"stored {number}.");
            if (number % 3 == 0)
            {
                Say(output, $"acknowledging {number}.");
                outbox.Acknowledge([Samples.Create(number, LengthOf(number)).Id]);
                Say(output, $"acknowledged {number}.");
            }
        }
    }

    private static void Say(Stream output, string line) => output.Write([.. System.Text.Encoding.ASCII.GetBytes(line), (byte)'\n']);
}
