using System.Diagnostics;
using EdgeAdapt.Edge.Core.Uplink;

namespace EdgeAdapt.Edge.Core.Tests.Answering;

/// <summary>An agent whose disk is made read-only between two runs: a program, this test assembly started with a first argument of its own.</summary>
internal static class ReadOnlyAgent
{
    /// <summary>The first argument.</summary>
    public const string Verb = "read-only-agent";

    /// <summary>Frames of each run.</summary>
    public const int Frames = 40;

    /// <summary>Runs it on a file system of its own; returns what it says.</summary>
    public static async Task<string> RunOnItsOwnDiskAsync(string folder)
    {
        string script = "mount -t tmpfs -o size=64m none \"$0\" && exec dotnet \"$1\" \"$2\" \"$0\"";
        using Process process = Process.Start(
            new ProcessStartInfo("unshare", ["-rm", "sh", "-c", script, folder, typeof(ReadOnlyAgent).Assembly.Location, Verb]) { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }

    /// <summary>The program.</summary>
    public static async Task<int> Run(string disk)
    {
        using var fixture = new AgentFixture();
        EdgeAgentOptions options = fixture.Options(fixture.WriteFrames(Frames)) with { State = Path.Combine(disk, "state"), Broker = null };
        await AnswerAsync(fixture, options);
        using (Process remount = Process.Start("mount", ["-o", "remount,ro", disk]))
        {
            await remount.WaitForExitAsync();
        }

        await AnswerAsync(fixture, options with { Source = fixture.WriteFrames(Frames, seed: 4, name: "others.npy") });
        await Console.Out.WriteLineAsync(Refusal(fixture, options with { State = Path.Combine(disk, "new") }));
        return 0;
    }

    private static async Task AnswerAsync(AgentFixture fixture, EdgeAgentOptions options)
    {
        await using EdgeAgent agent = fixture.Open(options, new OfflineUplink());
        await agent.RunAsync(CancellationToken.None);
        await Console.Out.WriteLineAsync($"answered {agent.Counters.Answered}");
        await Console.Out.WriteLineAsync(string.Join(' ', fixture.Report("finished").Select(l => $"waiting {l.GetProperty("outbox")} storage {l.GetProperty("drops").GetProperty("storage")}")));
        await Console.Out.WriteLineAsync(Refusal(fixture, options));
    }

    /// <summary>Why another agent with these options cannot start.</summary>
    private static string Refusal(AgentFixture fixture, EdgeAgentOptions options)
    {
        try
        {
            fixture.Open(options with { Report = null }, new OfflineUplink());
            return "none";
        }
        catch (EdgeAgentException e)
        {
            return e.Message;
        }
    }
}
